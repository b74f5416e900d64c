// Post a party to Trunkline and print what became of it: node send.mjs URL SECRET party.json
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { signature } from "./signing.mjs";

const [url, secret, file] = process.argv.slice(2);
const body = readFileSync(file);
const messageId = `msg_${randomUUID()}`; // the same one when you repeat it, a new one when you correct it
const timestamp = String(Math.floor(Date.now() / 1000));
const answer = await fetch(url, {
  method: "POST",
  body,
  headers: {
    "content-type": "application/json",
    "webhook-id": messageId,
    "webhook-timestamp": timestamp,
    "webhook-signature": signature(secret, messageId, timestamp, body),
  },
});
const said = await answer.json();
if (answer.status !== 202) {
  console.error(`${answer.status} ${said.code}: ${said.detail} ${said.remedy ?? ""}`);
  process.exit(1);
}
console.log((await (await fetch(said.status_url)).json()).state);
