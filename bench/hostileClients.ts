/** Clients that harm: a process of `npm run bench:hostile`, which starts and stops them by messages. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Key } from "../dev/credentials.ts";
import { newKeyId, newSecret } from "../protocol/ids/loginRoute.ts";
import { openStream, type StreamSocket } from "../test/rig/streamSocket.ts";

export type Attack = "never-reads" | "never-reads-credit" | "subscribes" | "wrong-keys" | "wrong-keys-networks";

export type HostileRequest =
  | { readonly kind: "start"; readonly attack: Attack; readonly url: string; readonly key: Key }
  | { readonly kind: "stop" };

/** What the clients have done, and what was refused. */
export interface HostileResult {
  readonly connections: number;
  readonly frames: number;
  readonly refused: number;
  readonly closed: number;
}

const SOCKETS: Readonly<Record<Attack, number>> = {
  "never-reads": 100,
  "never-reads-credit": 100,
  subscribes: 16,
  "wrong-keys": 1_000,
  "wrong-keys-networks": 1_000,
};
/** What the tokens of an account let each of its sockets subscribe to. */
const MUCH = { trades: ["*"], quotes: ["*"] };
const ROUTE = "A".repeat(20);
const PAIRS_IN_FLIGHT = 8;

let [connections, frames, refused, closed] = [0, 0, 0, 0];
let running = false;
let sockets: StreamSocket[] = [];
let clients: Promise<void>[] = [];

/** Opens a stream and authenticates. Null when it is refused. */
async function signedIn(url: string, key: Key): Promise<StreamSocket | null> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  try {
    const socket = await openStream(`${url}/v2/iex`, (text) => {
      if (text.includes('"authenticated"')) resolve(true);
      if (text.includes('"error"')) refused++;
    });
    connections++;
    sockets.push(socket);
    void socket.ended.then(() => {
      closed++;
      resolve(false);
    });
    socket.send({ action: "auth", key: key.keyId, secret: key.secret });
    return (await promise) ? socket : null;
  } catch {
    refused++;
    return null;
  }
}

async function neverReads(url: string, key: Key, credit: object): Promise<void> {
  const socket = await signedIn(url, key);
  socket?.send({ action: "subscribe", ...MUCH, ...credit });
  socket?.pause();
}

/** Sends subscriptions as fast as the network takes them, and connects again when it is closed. */
async function subscribes(url: string, key: Key): Promise<void> {
  while (running) {
    const socket = await signedIn(url, key);
    if (socket === null) {
      await sleep(100);
      continue;
    }
    let open = true;
    void socket.ended.then(() => (open = false));
    const wanted = { quotes: ["*"], trades: ["*"], cursors: { AAPL: 0 } };
    while (running && open) {
      for (let nth = 0; nth < PAIRS_IN_FLIGHT; nth++) {
        socket.send({ action: "subscribe", ...wanted });
        socket.send({ action: "unsubscribe", quotes: ["*"], trades: ["*"] });
        frames += 2;
      }
      await sleep(5);
    }
    socket.tear();
  }
}

/** Connects with a wrong key, again at once when it is refused. */
async function wrongKeys(url: string, address: string, isSame: boolean): Promise<void> {
  const same = { key: newKeyId(ROUTE), secret: newSecret() };
  while (running) {
    try {
      const socket = await openStream(`${url}/v2/iex`, () => {}, { headers: { "cf-connecting-ip": address } });
      connections++;
      sockets.push(socket);
      socket.send({ action: "auth", ...(isSame ? same : { key: newKeyId(ROUTE), secret: newSecret() }) });
      await socket.ended;
      closed++;
    } catch {
      refused++;
      await sleep(1);
    }
    if (sockets.length > 2 * SOCKETS["wrong-keys"]) sockets = sockets.slice(-SOCKETS["wrong-keys"]);
  }
}

function start(attack: Attack, url: string, key: Key): void {
  running = true;
  clients = Array.from({ length: SOCKETS[attack] }, (_, nth) => {
    if (attack === "never-reads") return neverReads(url, key, {});
    if (attack === "never-reads-credit") return neverReads(url, key, { credit: 10 });
    if (attack === "subscribes") return subscribes(url, key);
    // Half of them repeat one wrong key, the others make up another one each time.
    const address = attack === "wrong-keys" ? "192.0.2.1" : `10.1.${nth >>> 8}.${nth & 255}`;
    return wrongKeys(url, address, nth % 2 === 0);
  });
}

async function stop(): Promise<HostileResult> {
  const result = { connections, frames, refused, closed };
  running = false;
  for (const socket of sockets.splice(0)) socket.tear();
  await Promise.race([Promise.allSettled(clients), sleep(8_000)]);
  for (const socket of sockets.splice(0)) socket.tear();
  [connections, frames, refused, closed] = [0, 0, 0, 0];
  return result;
}

process.on("message", (request: HostileRequest) => {
  if (request.kind === "start") start(request.attack, request.url, request.key);
  else void stop().then((result) => process.send?.(result));
});
