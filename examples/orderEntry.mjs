/**
 * Order entry over one socket: sends frames of orders, some in flight at a time, confirms the answers, and after a lost
 * connection sends what was not answered again, with the same ids: nothing is placed twice. It ends after 20 frames.
 */
import { randomUUID } from "node:crypto";
import { keyOf, url } from "./exchange.mjs";

const SYMBOL = process.env.SYMBOL ?? "F";
const FRAMES = 20;
const ORDERS = 10;
const { keyId, secret } = keyOf(1);
/** Ids are unique for the life of the account. */
const run = randomUUID().slice(0, 8);

/** Frames without an answer, by id, in the order in which they were sent first. */
const unanswered = new Map();
let window = 0;
let received = "";
let sent = 0;
let socket;

/** A frame of bids far below the market, and the cancels of the frame before. */
function nextFrame() {
  const nth = sent++;
  const id = `${run}-${nth}`;
  const place = (index) => ({
    action: "place",
    symbol: SYMBOL,
    side: "buy",
    type: "limit",
    time_in_force: "gtc",
    qty: "1",
    limit_price: (9 - index / 100).toFixed(2),
  });
  const cancel = (index) => ({ action: "cancel", client_order_id: `req:${run}-${nth - 1}:${index}` });
  const commands = Array.from({ length: ORDERS }, (_, index) => place(index));
  if (nth > 0) commands.push(...commands.map((_, index) => cancel(index)));
  return { action: "orders", id, commands };
}

const inFlight = () => [...unanswered.values()].reduce((sum, { commands }) => sum + commands.length, 0);

/** Sends frames until the window is full. */
function fill() {
  while (sent < FRAMES && inFlight() + 2 * ORDERS <= window) {
    const frame = nextFrame();
    unanswered.set(frame.id, frame);
    socket.send(JSON.stringify({ ...frame, received }));
  }
  if (unanswered.size === 0) socket.close(1000);
}

function resend(frame) {
  if (socket.readyState === WebSocket.OPEN && unanswered.has(frame.id)) {
    socket.send(JSON.stringify({ ...frame, received }));
  }
}

function take(frame) {
  if (frame.T === "success") {
    window = frame.window;
    // The exchange cancels the orders if this client stops.
    socket.send(JSON.stringify({ action: "session", cancel_on_disconnect: true }));
    for (const again of unanswered.values()) resend(again);
    fill();
  } else if (frame.T === "ack") {
    received = frame.mark;
    const { in: came, out } = frame.times;
    const done = frame.results.filter(({ status }) => status < 300).length;
    console.log(`frame ${frame.id}: ${done} of ${frame.results.length} commands done in ${out - came} ms`);
    unanswered.delete(frame.id);
    fill();
  } else if (frame.T === "error") {
    console.log(`refused: ${frame.message}`);
    if (frame.mark !== undefined) received = frame.mark;
    const again = unanswered.get(frame.id);
    // What came too early, or could not be carried out just now, is sent again with its ids.
    if (again !== undefined && (frame.status === 429 || frame.status >= 500)) {
      setTimeout(() => resend(again), (frame.retry_after ?? 1) * 1_000);
    } else unanswered.delete(frame.id);
  }
}

function connect() {
  received = "";
  socket = new WebSocket(`${url.replace("http", "ws")}/v1/trading/stream`);
  socket.onopen = () => socket.send(JSON.stringify({ action: "auth", key: keyId, secret }));
  socket.onmessage = ({ data }) => take(JSON.parse(data));
  socket.onclose = () => {
    if (unanswered.size > 0 || sent < FRAMES) setTimeout(connect, 1_000);
    else console.log("closed: the exchange cancels what is still open");
  };
}

connect();
