/** A WebSocket client on a TCP socket, which can be reset without a close frame. */
import { request } from "node:http";
import type { Socket } from "node:net";

const OPEN_MS = 10_000;
const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export interface StreamSocket {
  /** Sends a message as JSON in a text frame. */
  send(message: unknown): void;
  /** Sends a text frame. */
  sendText(text: string): void;
  /** Sends a binary frame. */
  sendBytes(bytes: Uint8Array): void;
  /** Sends bytes that are whole frames (`textFrame`). Resolves when the network has taken them. */
  write(frames: Buffer): Promise<void>;
  /** Reads nothing more, until it resumes. */
  pause(): void;
  resume(): void;
  /** Closes the connection with a close frame. */
  close(): void;
  /** Resets the connection: data in flight is lost in both directions. */
  tear(): void;
  /** Resolves when the connection is closed by either side. */
  readonly ended: Promise<void>;
}

export interface StreamOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly onBytes?: (bytes: Buffer) => void;
  /** The code of a close frame of the other side. */
  readonly onClose?: (code: number) => void;
}

/** A text frame of a client. */
export function textFrame(text: string): Buffer {
  return clientFrame(TEXT, Buffer.from(text));
}

/** A message of a client in several frames (RFC 6455, fragmentation), each of at most so many bytes. */
export function fragmentedFrame(message: string | Uint8Array, size: number): Buffer {
  const payload = Buffer.from(message);
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += size) {
    const opcode = at > 0 ? CONTINUATION : typeof message === "string" ? TEXT : BINARY;
    const frame = clientFrame(opcode, payload.subarray(at, at + size));
    if (at + size < payload.length) frame[0] = opcode;
    frames.push(frame);
  }
  return Buffer.concat(frames);
}

/** Opens a stream of text frames. Rejects when the connection is refused; a malformed frame closes it. */
export async function openStream(
  url: string,
  onText: (text: string) => void,
  { headers = {}, onBytes, onClose }: StreamOptions = {},
): Promise<StreamSocket> {
  const { socket, head } = await upgrade(url, headers);
  socket.setNoDelay(true);
  // Errors are expected: the close event follows.
  socket.on("error", () => {});
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => resolve());
  const reader = new FrameReader((opcode, payload) => {
    if (opcode === TEXT) onText(payload.toString("utf8"));
    else if (opcode === BINARY) onBytes?.(payload);
    else if (opcode === PING) socket.write(clientFrame(PONG, payload));
    else if (opcode === CLOSE) {
      onClose?.(payload.length >= 2 ? payload.readUInt16BE(0) : 0);
      socket.end(clientFrame(CLOSE, payload));
    }
  });
  socket.on("data", (chunk: Buffer) => reader.push(chunk));
  if (head.length > 0) reader.push(head);
  return {
    send: (message) => void socket.write(textFrame(JSON.stringify(message))),
    sendText: (text) => void socket.write(textFrame(text)),
    sendBytes: (bytes) => void socket.write(clientFrame(BINARY, Buffer.from(bytes))),
    write: (frames) => new Promise((done) => socket.write(frames, () => done())),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.write(clientFrame(CLOSE, Buffer.from([3, 232]))),
    tear: () => void socket.resetAndDestroy(),
    ended,
  };
}

function upgrade(url: string, extra: Readonly<Record<string, string>>): Promise<{ socket: Socket; head: Buffer }> {
  const headers = {
    ...extra,
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
  const head = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.alloc(head + 4 + size);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (head === 2 ? size : head === 4 ? 126 : 127);
  if (head === 4) frame.writeUInt16BE(size, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(size), 2);
  payload.copy(frame, head + 4);
  return frame;
}
