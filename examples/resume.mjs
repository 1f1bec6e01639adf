/**
 * A client that misses no update, although it may crash at any time. It stores the cursor of each update after
 * processing it, and resumes from there. Start it, kill it, trade, start it again.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { keyOf, url } from "./exchange.mjs";

const FILE = process.env.CURSOR_FILE ?? ".dev/resume.cursor";
const { keyId, secret } = keyOf(0);

/** Replaces the cursor atomically: a crash during the write leaves the old one. */
function store(cursor) {
  writeFileSync(`${FILE}.new`, cursor);
  renameSync(`${FILE}.new`, FILE);
}

/** A real client stores the fill here, in one transaction with the cursor. */
function processUpdate(cursor, { event, order }) {
  console.log(cursor, event, order.side, order.symbol, order.status);
  store(cursor);
}

function processSnapshot({ cursor, orders }) {
  console.log("the cursor was too old: the account has", orders.length, "open orders");
  store(cursor);
}

function connect() {
  const socket = new WebSocket(`${url.replace("http", "ws")}/stream`);
  socket.onopen = () => {
    socket.send(JSON.stringify({ action: "authenticate", data: { key_id: keyId, secret_key: secret } }));
    const cursor = existsSync(FILE) ? { cursor: readFileSync(FILE, "utf8") } : {};
    socket.send(JSON.stringify({ action: "listen", data: { streams: ["trade_updates"], ...cursor } }));
  };
  socket.onmessage = ({ data }) => {
    const { stream, cursor, data: body } = JSON.parse(data);
    if (stream === "listening" && !existsSync(FILE)) store(body.cursor);
    if (stream === "listening") console.log("listening");
    if (stream === "trade_updates") processUpdate(cursor, body);
    if (stream === "snapshot") processSnapshot(body);
  };
  // Reconnects also after a restart of the exchange. Missed updates follow the stored cursor.
  socket.onclose = () => setTimeout(connect, 1_000);
}

connect();
