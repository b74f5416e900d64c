"""Post a party to Trunkline and print what became of it: python send.py URL SECRET party.json"""

import json
import sys
import time
import urllib.error
import urllib.request
import uuid

from signing import signature

url, secret, file = sys.argv[1:]
with open(file, "rb") as opened:
    body = opened.read()
message_id, timestamp = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
headers = {
    "Content-Type": "application/json",
    "webhook-id": message_id,  # the same one when you repeat it, a new one when you correct it
    "webhook-timestamp": timestamp,
    "webhook-signature": signature(secret, message_id, timestamp, body),
}
try:
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
        taken_in = json.load(answer)
except urllib.error.HTTPError as refused:
    problem = json.load(refused)
    sys.exit(f"{refused.code} {problem['code']}: {problem['detail']} {problem.get('remedy', '')}")
with urllib.request.urlopen(taken_in["status_url"]) as answer:
    print(json.load(answer)["state"])
