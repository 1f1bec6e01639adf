/**
 * `ws` with the conflation of our relays: an update is encoded once, a client gets the newest of each symbol as one
 * frame, the first at once and then one each 75 ms.
 */
import { Packr } from "msgpackr";
import { WebSocketServer } from "ws";
import { quoteOf, runMarket } from "./source.mjs";

const WINDOW_MS = 75;
const packr = new Packr({ useRecords: false });
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.env.PEER_PORT),
  perMessageDeflate: false,
});
const subscribers = new Map();

function frameOf(elements) {
  const head = Buffer.from(
    elements.length < 16 ? [0x90 | elements.length] : [0xdc, elements.length >> 8, elements.length & 255],
  );
  return Buffer.concat([head, ...elements]);
}

class Client {
  #waiting = new Map();
  #windowOpen = false;

  constructor(socket) {
    this.socket = socket;
  }

  add(symbol, bytes) {
    this.#waiting.delete(symbol);
    this.#waiting.set(symbol, bytes);
    if (!this.#windowOpen) this.#flush();
  }

  #flush() {
    if (this.#waiting.size === 0) return;
    this.socket.send(frameOf([...this.#waiting.values()]));
    this.#waiting.clear();
    this.#windowOpen = true;
    setTimeout(() => {
      this.#windowOpen = false;
      this.#flush();
    }, WINDOW_MS);
  }
}

server.on("connection", (socket) => {
  const client = new Client(socket);
  let mine = [];
  socket.on("message", (data) => {
    mine = JSON.parse(String(data)).quotes;
    for (const symbol of mine) {
      if (!subscribers.has(symbol)) subscribers.set(symbol, new Set());
      subscribers.get(symbol).add(client);
    }
  });
  socket.on("close", () => mine.forEach((symbol) => subscribers.get(symbol).delete(client)));
});
runMarket(process.env.PEER_SYMBOLS.split(","), (symbol, number, at) => {
  const clients = subscribers.get(symbol);
  if (clients === undefined || clients.size === 0) return;
  const bytes = packr.pack(quoteOf(symbol, number, new Date(at)));
  for (const client of clients) client.add(symbol, bytes);
});
