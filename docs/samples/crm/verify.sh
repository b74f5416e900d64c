# Check a message of Trunkline: bash verify.sh SECRET ID TIMESTAMP SIGNATURE < body
set -euo pipefail
source "$(dirname "$0")/signing.sh"
body=$(mktemp)
trap 'rm -f "$body"' EXIT
cat > "$body"
expected=$(signature "$1" "$2" "$3" "$body")
age=$(($(date +%s) - $3))
case " $4 " in
*" $expected "*) [ "${age#-}" -le 300 ] && sed 's/.*"type": *"\([^"]*\)".*/\1/' "$body" && exit 0 ;;
esac
echo "not ours, or too old" >&2
exit 1
