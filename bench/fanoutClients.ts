/**
 * The subscribers of `npm run bench:fanout`, a process of their own: opens sockets, counts the updates that arrive, and
 * decodes one frame in a hundred for its age. Driven by messages of the parent process.
 */
import { Packr } from "msgpackr";
import { newKeyId, newSecret } from "../protocol/ids/loginRoute.ts";
import { openStream, type StreamSocket } from "../test/rig/streamSocket.ts";

/** `exchange`: our protocol. `frames`: the server sends frames at once. `socket.io`: one update a frame. */
export type Protocol = "exchange" | "frames" | "socket.io";

export interface ConnectRequest {
  readonly kind: "connect";
  readonly protocol: Protocol;
  readonly url: string;
  /** The symbols of each client. */
  readonly symbols: readonly (readonly string[])[];
  /** The number of the first client, which differs by process. */
  readonly first?: number;
}
export type ClientsRequest = ConnectRequest | { readonly kind: "measure" } | { readonly kind: "close" };

/** What arrived since `measure` was asked before. */
export interface Received {
  readonly frames: number;
  readonly updates: number;
  readonly bytes: number;
  /** Milliseconds from the change of a book to the client, of a sample. */
  readonly ages: readonly number[];
  /** Sockets that were closed by the server. */
  readonly lost: number;
}

const SAMPLED = 100;
const OPENING_AT_ONCE = 32;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const unpackr = new Packr({ useRecords: false });
const sockets: StreamSocket[] = [];
let [frames, updates, bytes, lost, closing] = [0, 0, 0, 0, false];
let ages: number[] = [];

function count(frame: Buffer, elements: number): void {
  frames++;
  updates += elements;
  bytes += frame.length;
}

function sample(elements: readonly { readonly t?: Date }[]): void {
  const now = Date.now();
  for (const { t } of elements) if (t instanceof Date) ages.push(now - t.getTime());
}

/** The number of elements of a MessagePack array. */
function sizeOf(frame: Buffer): number {
  const head = frame[0] ?? 0;
  return head === 0xdc ? frame.readUInt16BE(1) : head & 0x0f;
}

function received(frame: Buffer): void {
  count(frame, sizeOf(frame));
  if (frames % SAMPLED === 0) sample(unpackr.unpack(frame) as { t?: Date }[]);
}

function receivedPacket(frame: Buffer): void {
  count(frame, 1);
  if (frames % (10 * SAMPLED) !== 0) return;
  const { data } = unpackr.unpack(frame) as { data?: [event: string, update: { t?: number | bigint }] };
  const at = data?.[1].t;
  if (at !== undefined) sample([{ t: new Date(Number(at)) }]);
}

/** Eight sockets have one account: more of them would exceed its request limit when they all subscribe at once. */
function routeOf(nth: number): string {
  let [text, rest] = ["", nth];
  for (let letter = 0; letter < 20; letter++, rest = Math.floor(rest / 32)) text += BASE32[rest % 32];
  return text;
}

async function connect({ protocol, url }: ConnectRequest, symbols: readonly string[], nth: number): Promise<void> {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const address = `10.${nth >>> 16}.${(nth >>> 8) & 255}.${nth & 255}`;
  const headers = protocol === "exchange" ? { "content-type": "application/msgpack", "cf-connecting-ip": address } : {};
  const wanted = { action: "subscribe", quotes: symbols };
  let awaiting = true;
  // The first frame may come with the answer to the upgrade.
  const send = (message: Uint8Array): void => void opened.then((socket) => socket.sendBytes(message));
  const onText = (text: string): void => {
    if (protocol !== "socket.io") return;
    // Engine.IO: 0 opens, 2 is a ping.
    if (text.startsWith("0")) send(pack({ type: 0, nsp: "/" }));
    if (text === "2") void opened.then((socket) => socket.sendText("3"));
  };
  const onBytes = (frame: Buffer): void => {
    if (!awaiting) return protocol === "socket.io" ? receivedPacket(frame) : received(frame);
    if (protocol === "socket.io") {
      awaiting = false;
      send(pack({ type: 2, nsp: "/", data: ["subscribe", symbols] }));
      return resolve();
    }
    const [element] = unpackr.unpack(frame) as { T: string; msg?: string }[];
    if (element?.T === "error") reject(new Error(`refused: ${JSON.stringify(element)}`));
    if (element?.msg === "authenticated") send(pack(wanted));
    if (element?.T !== "subscription") return;
    awaiting = false;
    resolve();
  };
  const opened = openStream(url, onText, { headers, onBytes });
  const socket = await opened;
  sockets.push(socket);
  void socket.ended.then(() => {
    if (!closing) lost++;
    reject(new Error("closed before it was subscribed"));
  });
  if (protocol === "frames") {
    awaiting = false;
    socket.sendText(JSON.stringify(wanted));
    resolve();
  } else if (protocol === "exchange") {
    socket.sendBytes(pack({ action: "auth", key: newKeyId(routeOf(nth >>> 3)), secret: newSecret() }));
  }
  return ready;
}

const pack = (message: unknown): Uint8Array => unpackr.pack(message);

async function connectAll(request: ConnectRequest): Promise<void> {
  closing = false;
  const { symbols, first = 0 } = request;
  let next = 0;
  const one = async (): Promise<void> => {
    for (let nth = next++; nth < symbols.length; nth = next++) await connect(request, symbols[nth] ?? [], first + nth);
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, one));
}

async function closeAll(): Promise<void> {
  closing = true;
  const open = sockets.splice(0);
  for (const socket of open) socket.close();
  await Promise.all(open.map(({ ended }) => ended));
}

function measured(): Received {
  const result: Received = { frames, updates, bytes, ages, lost };
  [frames, updates, bytes, ages] = [0, 0, 0, []];
  return result;
}

async function handle(request: ClientsRequest): Promise<Received> {
  if (request.kind === "connect") await connectAll(request);
  if (request.kind === "close") await closeAll();
  return measured();
}

process.on("message", (request: ClientsRequest) => {
  handle(request).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
