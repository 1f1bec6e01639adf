/** The clients of `npm run drill:cuts`, in a process of their own. Driven by messages of the parent process. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Key } from "../../dev/credentials.ts";
import { exchangeApi } from "../../dev/api.ts";
import { seededRandom } from "../rig/random.ts";
import { CUT_KINDS, CutClient, type CutKind, type EndKind, noCuts, type Resume } from "./cutClient.ts";
import { Agreement, bookDigest, Disagreement } from "./marketCopy.ts";
import { differencesFromServer, serverBook } from "./server.ts";

export interface StartRequest {
  readonly kind: "start";
  readonly url: string;
  readonly keys: readonly Key[];
  readonly symbols: readonly string[];
  /** Symbols of each client. */
  readonly symbolsEach: number;
  readonly clients: number;
  readonly seed: number;
}
/** Cuts each client so often within this time. */
export interface CutRequest {
  readonly kind: "cut";
  readonly cuts: number;
  readonly seconds: number;
}
export type ProcessRequest = StartRequest | CutRequest | { readonly kind: "finish" };

export interface ProcessReport {
  readonly resumes: readonly Resume[];
  readonly counts: Readonly<Record<EndKind, number>>;
  readonly silences: number;
  readonly frames: number;
  readonly elements: number;
  readonly verified: number;
  readonly trades: number;
  readonly snapshots: number;
  /** Books that equalled what another client, or the server, had under the same sequence. */
  readonly compared: number;
  readonly cpuMs: number;
  readonly violations: readonly string[];
}

/** Of a hundred cuts; half-open connections take the longest to notice. */
const SHARES: Readonly<Record<CutKind, number>> = { reset: 30, network: 25, frame: 20, close: 17, "half-open": 8 };
/** One cut in so many is followed by another one while the client resumes. */
const AGAIN = 8;
const AGAIN_MS_MAX = 60;
const SAMPLE_MS = 500;
const POLL_MS = 5;

let clients: CutClient[] = [];
let request: StartRequest;
let random: () => number;
const agreement = new Agreement();
const disagreements: string[] = [];

async function start(asked: StartRequest): Promise<void> {
  request = asked;
  random = seededRandom(asked.seed);
  const { url, keys, symbols } = asked;
  const port = Number(new URL(url).port);
  clients = await Promise.all(
    Array.from({ length: asked.clients }, (_, nth) =>
      CutClient.start({
        port,
        key: keys[nth % keys.length] as Key,
        symbols: Array.from({ length: asked.symbolsEach }, (_each, at) => symbols[(nth + at) % symbols.length] ?? ""),
        codec: nth % 2 === 0 ? "json" : "msgpack",
        address: `10.${asked.seed % 256}.0.${nth + 1}`,
        random: seededRandom(asked.seed + 1 + nth),
        agreement,
      }),
    ),
  );
}

function kindOf(chance: number): CutKind {
  let left = chance * 100;
  return CUT_KINDS.find((kind) => (left -= SHARES[kind]) < 0) ?? "reset";
}

async function cutOften(client: CutClient, { cuts, seconds }: CutRequest): Promise<void> {
  const each = (1_000 * seconds) / cuts;
  const began = performance.now();
  for (let done = 0; done < cuts; done++) {
    await sleep(Math.max(0, began + each * (done + random()) - performance.now()));
    // Between two connections there is nothing to cut.
    while (!client.cut(kindOf(random()))) await sleep(POLL_MS);
    if (done + 1 === cuts || random() * AGAIN >= 1) continue;
    while (!client.isConnected) await sleep(POLL_MS);
    await sleep(random() * AGAIN_MS_MAX);
    if (client.cut("network")) done++;
  }
}

/** Compares books of the server, read while everybody trades, with what clients have under the same sequence. */
async function sampleServer(until: AbortSignal): Promise<void> {
  const api = exchangeApi(request.url, 2);
  const { keys, symbols } = request;
  for (let nth = 0; !until.aborted; nth++) {
    const symbol = symbols[nth % symbols.length] ?? "";
    for (const channel of ["depth", "orders"] as const) {
      try {
        const { sequence, bids, asks } = await serverBook(api, keys[0] as Key, symbol, channel);
        agreement.report(channel, symbol, sequence, bookDigest(bids, asks));
      } catch (error) {
        // While the exchange is down there is no answer.
        if (error instanceof Disagreement) disagreements.push(`the server: ${error.message}`);
      }
    }
    await sleep(SAMPLE_MS, undefined, { signal: until }).catch(() => {});
  }
  api.close();
}

async function cutAll(asked: CutRequest): Promise<void> {
  const done = new AbortController();
  const sampling = sampleServer(done.signal);
  await Promise.all(clients.map((client) => cutOften(client, asked)));
  done.abort();
  await sampling;
}

/** Nobody trades any more: every copy becomes equal to the server's books and tapes. */
async function finish(): Promise<ProcessReport> {
  const copies = clients.map(({ copy }) => copy);
  const differences = await differencesFromServer(request.url, request.keys[0] as Key, copies);
  await Promise.all(clients.map((client) => client.close()));
  const sum = (of: (client: CutClient) => number) => clients.reduce((total, client) => total + of(client), 0);
  const counts = noCuts();
  for (const client of clients)
    for (const kind of Object.keys(counts) as EndKind[]) counts[kind] += client.counts[kind];
  const books = copies.flatMap(({ symbols }) => [...symbols.values()]);
  return {
    resumes: clients.flatMap(({ resumes }) => resumes),
    counts,
    silences: sum(({ silences }) => silences),
    frames: sum(({ frames }) => frames),
    elements: sum(({ copy }) => copy.elements),
    verified: sum(({ copy }) => copy.verified),
    trades: books.reduce((total, { trades }) => total + trades.length, 0),
    snapshots: books.reduce((total, { depth, orders }) => total + depth.snapshots + orders.snapshots, 0),
    compared: agreement.compared,
    cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1_000,
    violations: [...clients.flatMap(({ violations }) => violations), ...disagreements, ...differences],
  };
}

async function handle(asked: ProcessRequest): Promise<ProcessReport | null> {
  if (asked.kind === "start") await start(asked);
  if (asked.kind === "cut") await cutAll(asked);
  return asked.kind === "finish" ? finish() : null;
}

process.on("message", (asked: ProcessRequest) => {
  handle(asked).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
