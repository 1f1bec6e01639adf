/**
 * A market maker without an SDK: quotes both sides of a share, replaces its quotes when they have traded, and lets the
 * exchange cancel them if it stops (cancel_on_disconnect). It ends after SECONDS.
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

/** A limit order that only rests: post_only refuses to take liquidity. */
async function quote(side, price) {
  const order = {
    symbol: SYMBOL,
    side,
    type: "limit",
    time_in_force: "day",
    qty: String(SIZE),
    limit_price: price.toFixed(2),
    client_order_id: randomUUID(),
    advanced_instructions: { post_only: true },
  };
  const { status, body } = await send("POST", "/v2/orders", order);
  console.log(side, order.limit_price, status === 200 ? "rests" : body.message);
}

async function requote() {
  const { body } = await send("GET", `/v2/stocks/${SYMBOL}/quotes/latest`);
  const middle = (body.quote.bp + body.quote.ap) / 2;
  await send("DELETE", "/v2/orders");
  await quote("buy", middle * (1 - SPREAD));
  await quote("sell", middle * (1 + SPREAD));
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
