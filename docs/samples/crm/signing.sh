# Standard Webhooks by hand: base64 of HMAC-SHA256 over id, time and body. Sourced by the others.
signature() { # SECRET ID TIMESTAMP BODYFILE
  local key
  key=$(printf %s "${1#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
  printf 'v1,%s' "$({ printf '%s.%s.' "$2" "$3"; cat "$4"; } |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)"
}
