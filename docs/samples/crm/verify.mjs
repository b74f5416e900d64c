// Check a message of Trunkline: node verify.mjs SECRET ID TIMESTAMP SIGNATURE < body
import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { signature } from "./signing.mjs";

const [secret, messageId, timestamp, signatures] = process.argv.slice(2);
const body = readFileSync(0);
const expected = Buffer.from(signature(secret, messageId, timestamp, body));
const isOurs = signatures.split(" ").some((one) => {
  const given = Buffer.from(one);
  return given.length === expected.length && timingSafeEqual(given, expected);
});
if (!isOurs || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) {
  console.error("not ours, or too old");
  process.exit(1);
}
console.log(JSON.parse(body).type);
