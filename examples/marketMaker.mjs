/**
 * A market maker without an SDK: quotes both sides of a share, replaces its quotes when they have traded by one batch,
 * and lets the exchange cancel them if it stops (cancel_on_disconnect). It ends after SECONDS.
 */
import { randomUUID } from "node:crypto";
import { keyOf, url } from "./exchange.mjs";

const SYMBOL = process.env.SYMBOL ?? "F";
const SPREAD = 0.004;
const SIZE = 10;
const { keyId, secret } = keyOf(1);
const headers = {
  "APCA-API-KEY-ID": keyId,
  "APCA-API-SECRET-KEY": secret,
  "Content-Type": "application/json",
};

/** Repeats a request until there is an answer, which is safe because a client_order_id is one order. */
async function send(method, path, body) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  for (;;) {
    const answer = await fetch(url + path, { method, headers, ...content }).catch(() => null);
    if (answer !== null && answer.status < 500 && answer.status !== 429) {
      return { status: answer.status, body: await answer.json().catch(() => null) };
    }
    await new Promise((next) => setTimeout(next, 1_000));
  }
}

/** The command of a limit order that only rests: post_only refuses to take liquidity. */
const quote = (side, price) => ({
  action: "place",
  symbol: SYMBOL,
  side,
  type: "limit",
  time_in_force: "day",
  qty: String(SIZE),
  limit_price: price.toFixed(2),
  client_order_id: randomUUID(),
  advanced_instructions: { post_only: true },
});

/** The quotes that are in the market. */
let quotes = [];

/** Cancels the old quotes and places new ones, in one request and one step of the account. */
async function requote() {
  const { body } = await send("GET", `/v2/stocks/${SYMBOL}/quotes/latest`);
  const middle = (body.quote.bp + body.quote.ap) / 2;
  const cancels = quotes.map((old) => ({ action: "cancel", client_order_id: old.client_order_id }));
  quotes = [quote("buy", middle * (1 - SPREAD)), quote("sell", middle * (1 + SPREAD))];
  const commands = [...cancels, ...quotes];
  const { body: outcomes } = await send("POST", "/v1/orders/batch", { commands });
  for (const { index, status, body: order } of outcomes) {
    const { action, side, limit_price: price } = commands[index];
    // A cancel is refused when the quote has traded.
    if (action === "place") console.log(side, price, status === 200 ? "rests" : order.message);
  }
}

const socket = new WebSocket(`${url.replace("http", "ws")}/stream`);
const listening = Promise.withResolvers();
socket.onmessage = ({ data }) => {
  const frame = JSON.parse(data);
  if (frame.stream === "listening") listening.resolve();
  if (frame.data?.event === "fill") {
    console.log("traded", frame.data.order.side, "at", frame.data.price);
    void requote();
  }
};
await new Promise((opened) => (socket.onopen = opened));
socket.send(JSON.stringify({ action: "authenticate", data: { key_id: keyId, secret_key: secret } }));
const wanted = { streams: ["trade_updates"], cancel_on_disconnect: true };
socket.send(JSON.stringify({ action: "listen", data: wanted }));
await listening.promise;
// The exchange treats a silent socket as closed.
const ping = setInterval(() => socket.send("ping"), 10_000);
await requote();
await new Promise((over) => setTimeout(over, Number(process.env.SECONDS ?? 60) * 1_000));
clearInterval(ping);
socket.close();
console.log("closed: the exchange cancels the quotes");
