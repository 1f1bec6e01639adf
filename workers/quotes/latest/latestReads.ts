/** What an isolate has read of books and tapes in the last second, for all requests about the newest data. */
import { orderBookObject, tapeIndexObject } from "../../../durable-objects/actor/namespaces.ts";
import { latestBarsToWire, type WireLatestBars } from "../../../protocol/mapping/bars.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import type { BookTop, OrderBookRpc } from "../../../protocol/rpc/orderBook.ts";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { QuotesContext } from "../context.ts";
import { ConcurrencyLimiter } from "../relay/concurrencyLimiter.ts";
import { edgeStore } from "./edgeStore.ts";
import { type ReadCounts, type RequestScope, SharedReads } from "./sharedReads.ts";

/** Concurrent reads of one request. */
const READS_AT_ONCE = 32;
/** A request about more symbols does not look for each at the edge. */
const EDGE_SYMBOLS_MAX = 100;
/** Price levels of a side of an order book. */
export const BOOK_LEVELS = 500;
/** An isolate logs its counts with the first request after this time. */
const LOG_EVERY_MS = 60_000;

export type Depth = Awaited<ReturnType<OrderBookRpc["depth"]>>;

/** The months of which a symbol has a tape, oldest first. */
interface TapeMonths {
  readonly symbol: string;
  readonly months: readonly string[];
}

interface Kinds {
  readonly tops: BookTop;
  readonly depths: Depth;
  readonly bars: WireLatestBars;
  readonly months: TapeMonths;
}

type Reads = { readonly [K in keyof Kinds]: SharedReads<Kinds[K]> };

interface IsolateReads {
  readonly reads: Reads;
  readonly total: ReadCounts;
  loggedAt: number;
}

const noReads = (): ReadCounts => ({ asked: 0, edge: 0, object: 0 });

/** One for each environment that the worker is given: mostly one an isolate. */
const isolates = new WeakMap<object, IsolateReads>();

function isolateOf(env: QuotesEnv): IsolateReads {
  const known = isolates.get(env);
  if (known !== undefined) return known;
  const reads: Reads = {
    tops: shared("tops", (symbol) => orderBookObject(env, symbol).top()),
    depths: shared("depths", (symbol) => orderBookObject(env, symbol).depth(BOOK_LEVELS)),
    bars: shared("bars", async (symbol) => latestBarsToWire(symbol, await tapeIndexObject(env, symbol).latest())),
    months: shared("months", async (symbol) => ({ symbol, months: await tapeIndexObject(env, symbol).months() })),
  };
  const made = { reads, total: noReads(), loggedAt: Date.now() };
  isolates.set(env, made);
  return made;
}

function shared<K extends keyof Kinds>(kind: K, read: (symbol: string) => Promise<Kinds[K]>): SharedReads<Kinds[K]> {
  return new SharedReads({ read, edge: edgeStore(kind), now: () => Date.now() });
}

/** The reads of one request. Its response says whether objects were read (RFC 9211). */
export class LatestReads {
  readonly #c: QuotesContext;
  readonly #isolate: IsolateReads;
  readonly #counts = noReads();
  readonly #gate = new ConcurrencyLimiter(READS_AT_ONCE);

  constructor(c: QuotesContext) {
    this.#c = c;
    this.#isolate = isolateOf(c.env);
  }

  /** What the objects of the symbols have, or had at most a second ago. */
  async of<K extends keyof Kinds>(kind: K, symbols: readonly string[]): Promise<Kinds[K][]> {
    const scope: RequestScope = {
      counts: this.#counts,
      asksEdge: symbols.length <= EDGE_SYMBOLS_MAX,
      waitUntil: (promise) => this.#c.executionCtx.waitUntil(promise),
    };
    const reads = this.#isolate.reads[kind];
    const read = (symbol: string): Promise<Kinds[K]> => this.#gate.run("", () => reads.get(symbol, scope));
    return ask(() => Promise.all(symbols.map(read)));
  }

  /** The response, with what it took; the isolate counts it. */
  answer(body: unknown): Response {
    const { asked, edge, object } = this.#counts;
    const { total } = this.#isolate;
    total.asked += asked;
    total.edge += edge;
    total.object += object;
    this.#log();
    const status = object === 0 ? "exchange; hit" : `exchange; fwd=miss; detail="${object} of ${asked}"`;
    return Response.json(body, { headers: { "Cache-Status": status } });
  }

  #log(): void {
    const now = Date.now();
    const { total, loggedAt } = this.#isolate;
    if (now - loggedAt < LOG_EVERY_MS) return;
    this.#isolate.loggedAt = now;
    const { asked, edge, object } = total;
    logEvent("quotes", "latest.reads", { asked, edge, object });
    Object.assign(total, noReads());
  }
}
