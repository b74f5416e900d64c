"""Check a message of Trunkline: python verify.py SECRET ID TIMESTAMP SIGNATURE < body"""

import hmac
import json
import sys
import time

from signing import signature

secret, message_id, timestamp, signatures = sys.argv[1:]
body = sys.stdin.buffer.read()
expected = signature(secret, message_id, timestamp, body)
is_ours = any(hmac.compare_digest(expected.encode(), one.encode()) for one in signatures.split(" "))
if not is_ours or abs(time.time() - int(timestamp)) > 300:
    sys.exit("not ours, or too old")
print(json.loads(body)["type"])
