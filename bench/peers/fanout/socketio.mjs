/** Socket.IO 4 with its Redis adapter and the MessagePack parser: a room for each symbol, one message for each update. */
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";
import parser from "socket.io-msgpack-parser";
import { quoteOf, runMarket } from "./source.mjs";

const url = `redis://127.0.0.1:${process.env.PEER_REDIS_PORT}`;
const publisher = createClient({ url });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);
const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  parser,
  transports: ["websocket"],
  perMessageDeflate: false,
});
io.on("connection", (socket) => {
  socket.on("subscribe", (symbols) => void socket.join(symbols));
});
http.listen(Number(process.env.PEER_PORT), "127.0.0.1");
runMarket(process.env.PEER_SYMBOLS.split(","), (symbol, number, at) => {
  if (io.engine.clientsCount > 0) io.to(symbol).emit("quote", quoteOf(symbol, number, at));
});
