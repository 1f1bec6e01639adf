/**
 * Keeps a copy of a book from its stream of depth, and verifies its checksum with every element. It resumes after a
 * disconnect. Prints the best prices after each change.
 */
import { crc32 } from "node:zlib";
import { keyOf, url } from "./exchange.mjs";

const SYMBOL = process.argv[2] ?? "AAPL";
/** Decimals of a quantity: 8 of coins, 6 of shares. Prices have 4. */
const QTY_DECIMALS = SYMBOL.includes("/") ? 8 : 6;
const { keyId, secret } = keyOf(0);

let bids = new Map();
let asks = new Map();
let seq = null;

const best = (side, sign) => [...side].sort(([one], [two]) => sign * (one - two)).slice(0, 10);
const digits = (value, decimals) => value.toFixed(decimals).replace(".", "").replace(/^0+/, "");
const text = (levels) => levels.map(([p, s]) => digits(p, 4) + digits(s, QTY_DECIMALS)).join("");

/** Applies an element. Throws when one is missing, or when the copy is not the exchange's book. */
function apply(element) {
  if (element.r) [bids, asks] = [new Map(), new Map()];
  else if (element.prev > seq) throw new Error(`a gap: ${element.prev} after ${seq}`);
  for (const [side, changes] of [
    [bids, element.b],
    [asks, element.a],
  ]) {
    for (const { p, s } of changes) {
      if (s === 0) side.delete(p);
      else side.set(p, s);
    }
  }
  seq = element.seq;
  const [topBids, topAsks] = [best(bids, -1), best(asks, 1)];
  if (crc32(text(topAsks) + text(topBids)) !== element.checksum) throw new Error(`wrong checksum at ${seq}`);
  console.log("verified", seq, "bid", topBids[0] ?? "none", "ask", topAsks[0] ?? "none");
}

function connect() {
  const cursor = seq === null ? "" : `?cursor=${seq}`;
  const path = `/v1/books/${encodeURIComponent(SYMBOL)}/stream${cursor}`;
  const socket = new WebSocket(url.replace("http", "ws") + path);
  socket.onopen = () => socket.send(JSON.stringify({ action: "auth", key: keyId, secret }));
  socket.onmessage = ({ data }) => {
    for (const element of JSON.parse(data)) {
      if (element.T === "error") console.log("refused:", element.msg);
      if (element.T !== "depth") continue;
      try {
        apply(element);
      } catch (error) {
        // Begins anew, with a snapshot.
        console.log(error.message);
        seq = null;
        return socket.close();
      }
    }
  };
  socket.onclose = () => setTimeout(connect, 1_000);
}

connect();
