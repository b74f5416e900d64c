# Post a party to Trunkline and print what became of it: bash send.sh URL SECRET party.json
set -euo pipefail
source "$(dirname "$0")/signing.sh"
url=$1 secret=$2 file=$3
id="msg_$(openssl rand -hex 16)" # the same one when you repeat it, a new one when you correct it
timestamp=$(date +%s)
said=$(curl --silent --show-error --data-binary "@$file" --write-out '\n%{http_code}' "$url" \
  --header 'Content-Type: application/json' \
  --header "webhook-id: $id" \
  --header "webhook-timestamp: $timestamp" \
  --header "webhook-signature: $(signature "$secret" "$id" "$timestamp" "$file")")
if [ "${said##*$'\n'}" != 202 ]; then
  echo "$said" >&2
  exit 1
fi
status_url=$(printf %s "$said" | sed -n 's/.*"status_url": *"\([^"]*\)".*/\1/p')
curl --silent --show-error "$status_url" | sed 's/.*"state": *"\([^"]*\)".*/\1/'
