/** The least that `ws` needs: sends the same frame to every client once a window. */
import { Packr } from "msgpackr";
import { WebSocketServer } from "ws";
import { quoteOf } from "./source.mjs";

const WINDOW_MS = 75;
const packr = new Packr({ useRecords: false });
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.env.PEER_PORT),
  perMessageDeflate: false,
});
let frame = Buffer.alloc(0);

server.on("connection", (_socket, { url }) => {
  const updates = Number(new URL(url, "http://peer").searchParams.get("updates"));
  frame = packr.pack(Array.from({ length: updates }, (_, nth) => quoteOf("FAA", 100_000 + nth, new Date())));
});
setInterval(() => {
  for (const socket of server.clients) socket.send(frame);
}, WINDOW_MS);
