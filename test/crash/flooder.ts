/**
 * A process that floods order entry: it sends frames of one order each and reads nothing until it has sent all, or its
 * connection ends. Then it reads, and tells what it was answered. Arguments: exchange's URL, key id, secret, frames.
 */
import { openStream, textFrame } from "../rig/streamSocket.ts";

const FRAMES_A_WRITE = 500;

/** What a flooder tells: when it may begin, when it has sent what it could, and what it has read then. */
export type FlooderTells =
  | { readonly kind: "ready" }
  | { readonly kind: "sent"; readonly sent: number; readonly seconds: number }
  | { readonly kind: "read"; readonly acknowledged: number; readonly refused: number; readonly code: number };

/** A frame that places one order. */
export function frameOf(nth: number): Buffer {
  const order = { symbol: "F", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "9" };
  return textFrame(JSON.stringify({ action: "orders", id: `f${nth}`, commands: [{ action: "place", ...order }] }));
}

function tell(what: FlooderTells): void {
  process.send?.(what);
}

async function flood(url: string, key: string, secret: string, frames: number): Promise<void> {
  let [acknowledged, refused, code, isOver] = [0, 0, 0, false];
  const authenticated = Promise.withResolvers<void>();
  const take = (frame: { readonly T: string }): void => {
    if (frame.T === "success") authenticated.resolve();
    else if (frame.T === "ack") acknowledged++;
    else refused++;
  };
  const onText = (text: string): void => take(JSON.parse(text) as { readonly T: string });
  const socket = await openStream(`${url}/v1/trading/stream`, onText, { onClose: (with_) => (code = with_) });
  void socket.ended.then(() => (isOver = true));
  socket.send({ action: "auth", key, secret });
  await authenticated.promise;
  const begin = new Promise((resolve) => process.once("message", resolve));
  tell({ kind: "ready" });
  await begin;
  socket.pause();
  const began = performance.now();
  let sent = 0;
  for (; sent < frames && !isOver; sent += FRAMES_A_WRITE) {
    const some = Array.from({ length: Math.min(FRAMES_A_WRITE, frames - sent) }, (_, nth) => frameOf(sent + nth));
    await Promise.race([socket.write(Buffer.concat(some)), socket.ended]);
  }
  tell({ kind: "sent", sent, seconds: (performance.now() - began) / 1_000 });
  socket.resume();
  await socket.ended;
  tell({ kind: "read", acknowledged, refused, code });
}

const [url, key, secret, frames] = process.argv.slice(2);
if (process.send !== undefined && url !== undefined && key !== undefined && secret !== undefined) {
  await flood(url, key, secret, Number(frames));
  process.disconnect();
}
