/** A bot with Alpaca's SDK: watches one symbol, buys one share when its price has fallen, and prints the fill. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import { keyOf, url } from "./exchange.mjs";

const SYMBOL = "AAPL";
const { keyId, secret } = keyOf(0);
// The SDK has Alpaca's hosts; this sends every request to the exchange.
const fetchApi = (address, init) => {
  const { pathname, search } = new URL(address);
  return fetch(url + pathname + search, init);
};
const alpaca = new Alpaca({ keyId, secret, fetchApi });
const key = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": secret };

async function askPrice() {
  const answer = await fetch(`${url}/v2/stocks/${SYMBOL}/quotes/latest`, { headers: key });
  return (await answer.json()).quote.ap;
}

const stream = alpaca.trading.stream({ url: `${url.replace("http", "ws")}/stream` });
stream.connect();
const first = await askPrice();
const deadline = Date.now() + Number(process.env.SECONDS ?? 10) * 1_000;
while ((await askPrice()) >= first && Date.now() < deadline) await new Promise((next) => setTimeout(next, 500));
const order = { type: "market", symbol: SYMBOL, qty: 1, side: "buy" };
const filled = await alpaca.trading.submitAndWait(order, { stream });
console.log(filled.status, "at", filled.filledAvgPrice, "first seen at", first);
stream.disconnect();
