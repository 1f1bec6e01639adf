/** A WebSocket client on a TCP socket, which can be reset without a close frame. */
import { request } from "node:http";
import type { Socket } from "node:net";

const OPEN_MS = 10_000;
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export interface StreamSocket {
  send(message: unknown): void;
  /** Resets the connection: data in flight is lost in both directions. */
  tear(): void;
  /** Resolves when the connection is closed by either side. */
  readonly ended: Promise<void>;
}

/** Opens a stream of text frames. Rejects when the connection is refused; a malformed frame closes it. */
export async function openStream(url: string, onText: (text: string) => void): Promise<StreamSocket> {
  const { socket, head } = await upgrade(url);
  socket.setNoDelay(true);
  // Errors are expected: the close event follows.
  socket.on("error", () => {});
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => resolve());
  const reader = new FrameReader((opcode, payload) => {
    if (opcode === TEXT) onText(payload.toString("utf8"));
    else if (opcode === PING) socket.write(clientFrame(PONG, payload));
    else if (opcode === CLOSE) socket.end(clientFrame(CLOSE, payload));
  });
  socket.on("data", (chunk: Buffer) => reader.push(chunk));
  if (head.length > 0) reader.push(head);
  return {
    send: (message) => void socket.write(clientFrame(TEXT, Buffer.from(JSON.stringify(message)))),
    tear: () => void socket.resetAndDestroy(),
    ended,
  };
}

function upgrade(url: string): Promise<{ socket: Socket; head: Buffer }> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, headers, signal: AbortSignal.timeout(OPEN_MS) });
    outgoing.on("upgrade", (_answer, socket: Socket, head: Buffer) => resolve({ socket, head }));
    outgoing.on("response", (answer) => {
      answer.resume();
      reject(new Error(`no stream: ${answer.statusCode}`));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** Parses server frames (RFC 6455): unmasked and, from our relays, never fragmented. */
class FrameReader {
  readonly #onFrame: (opcode: number, payload: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onFrame: (opcode: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const short = bytes.length - at < 2 ? 0 : (bytes[at + 1] ?? 0) & 0x7f;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length - at < head) break;
      const size =
        short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
      if (bytes.length - at < head + size) break;
      this.#onFrame((bytes[at] ?? 0) & 0x0f, bytes.subarray(at + head, at + head + size));
      at += head + size;
    }
    this.#rest = bytes.subarray(at);
  }
}

/** A client frame. Its mask is zero, which leaves the bytes unchanged. */
function clientFrame(opcode: number, payload: Buffer): Buffer {
  const size = payload.length;
  const head = size < 126 ? [0x80 | opcode, 0x80 | size] : [0x80 | opcode, 0xfe, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}
