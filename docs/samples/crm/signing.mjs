// Standard Webhooks by hand: base64 of HMAC-SHA256 over id, time and body.
import { createHmac } from "node:crypto";

export function signature(secret, messageId, timestamp, body) {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return "v1," + createHmac("sha256", key).update(`${messageId}.${timestamp}.`).update(body).digest("base64");
}
