/** URL and API key of the examples: from the environment, or from `npm run dev`. */
import { readFileSync } from "node:fs";

if (typeof WebSocket === "undefined") {
  console.error(`The examples need Node 22 or newer, and this is ${process.version}: start them with "npx node".`);
  process.exit(1);
}

const demo = () => JSON.parse(readFileSync(process.env.DEMO ?? ".dev/demo.json", "utf8"));

export const url = process.env.EXCHANGE_URL ?? demo().url;

/** The API key of a demo trader, or of the environment. */
export function keyOf(trader) {
  const { APCA_API_KEY_ID: keyId, APCA_API_SECRET_KEY: secret } = process.env;
  if (keyId !== undefined && secret !== undefined) return { keyId, secret };
  return demo().traders[trader];
}
