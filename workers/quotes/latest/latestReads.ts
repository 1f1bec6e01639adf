/** What an isolate has read of boards, books and tapes in the last second, for all requests about the newest data. */
import { orderBookObject, priceBoardObject, tapeIndexObject } from "../../../durable-objects/actor/namespaces.ts";
import type { WireLatestBars } from "../../../protocol/wire/bars.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import type { BookTop, OrderBookRpc } from "../../../protocol/rpc/orderBook.ts";
import { PRICE_BOARDS, readBoards, type ScreenQuery } from "../../../protocol/rpc/priceBoard.ts";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { QuotesContext } from "../context.ts";
import { ConcurrencyLimiter } from "../relay/concurrencyLimiter.ts";
import { BoardBatch } from "./boardBatch.ts";
import { edgeStore } from "./edgeStore.ts";
import { type ReadCounts, SharedReads } from "./sharedReads.ts";
import { type ReadScope, readTop, readValues, type SymbolValues } from "./symbolValues.ts";

/** Concurrent calls of books and tapes by one request. */
const READS_AT_ONCE = 32;
/** A request about more symbols does not look for each at the edge. */
const EDGE_SYMBOLS_MAX = 100;
/** The tops of so many symbols are read of their books, those of more of boards, which are a second behind. */
const BOOKS_MAX = 20;
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
  readonly values: SymbolValues;
  readonly months: TapeMonths;
}

type Reads = { readonly [K in keyof Kinds]: SharedReads<Kinds[K], ReadScope> };

interface IsolateReads {
  readonly reads: Reads;
  readonly screens: SharedReads<readonly WireLatestBars[], ReadScope>;
  readonly total: ReadCounts;
  loggedAt: number;
}

const noReads = (): ReadCounts => ({ asked: 0, edge: 0, object: 0, book: 0 });

/** One for each environment that the worker is given: mostly one an isolate. */
const isolates = new WeakMap<object, IsolateReads>();

function isolateOf(env: QuotesEnv): IsolateReads {
  const known = isolates.get(env);
  if (known !== undefined) return known;
  const reads: Reads = {
    tops: shared("tops", (symbol, scope) => scope.gate.run("", () => readTop(env, symbol, scope))),
    depths: shared("depths", (symbol, scope) =>
      scope.gate.run("", () => {
        scope.counts.book++;
        return orderBookObject(env, symbol).depth(BOOK_LEVELS);
      }),
    ),
    values: shared("values", (symbol, scope) => readValues(env, symbol, scope)),
    months: shared("months", (symbol, scope) =>
      scope.gate.run("", async () => ({ symbol, months: await tapeIndexObject(env, symbol).months() })),
    ),
  };
  const screens = shared("screens", (query) => readScreen(env, JSON.parse(query) as ScreenQuery));
  const made = { reads, screens, total: noReads(), loggedAt: Date.now() };
  isolates.set(env, made);
  return made;
}

/** The bars that the boards have for a list of the screener. */
async function readScreen(env: QuotesEnv, query: ScreenQuery): Promise<WireLatestBars[]> {
  const boards = Array.from({ length: PRICE_BOARDS }, (_, nth) => priceBoardObject(env, nth).screen(query));
  return (await Promise.all(boards)).flat();
}

function shared<T>(kind: string, read: (key: string, scope: ReadScope) => Promise<T>): SharedReads<T, ReadScope> {
  return new SharedReads({ read, edge: edgeStore(kind), now: () => Date.now() });
}

/** The reads of one request. Its response says whether objects were read (RFC 9211). */
export class LatestReads {
  readonly #c: QuotesContext;
  readonly #isolate: IsolateReads;
  readonly #counts = noReads();
  readonly #gate = new ConcurrencyLimiter(READS_AT_ONCE);
  readonly #boards: BoardBatch;

  constructor(c: QuotesContext) {
    this.#c = c;
    this.#isolate = isolateOf(c.env);
    this.#boards = new BoardBatch((symbols) => readBoards((nth) => priceBoardObject(c.env, nth), symbols));
  }

  /** What the objects of the symbols have, or had at most a second ago. */
  async of<K extends keyof Kinds>(kind: K, symbols: readonly string[]): Promise<Kinds[K][]> {
    const scope = this.#scope(symbols.length);
    const reads = this.#isolate.reads[kind];
    return ask(() => Promise.all(symbols.map((symbol) => reads.get(symbol, scope))));
  }

  /** The tops of symbols; those of many as boards have them. */
  async tops(symbols: readonly string[]): Promise<BookTop[]> {
    if (symbols.length <= BOOKS_MAX) return this.of("tops", symbols);
    return (await this.of("values", symbols)).map(({ top }) => top);
  }

  /** The bars that a list of the screener is made of. */
  async screen(query: ScreenQuery): Promise<readonly WireLatestBars[]> {
    return ask(() => this.#isolate.screens.get(JSON.stringify(query), this.#scope(1)));
  }

  /** The response, with what it took; the isolate counts it. */
  answer(body: unknown): Response {
    const { asked, edge, object, book } = this.#counts;
    const { total } = this.#isolate;
    total.asked += asked;
    total.edge += edge;
    total.object += object;
    total.book += book;
    this.#log();
    const status = object === 0 ? "exchange; hit" : `exchange; fwd=miss; detail="${object} of ${asked}"`;
    return Response.json(body, { headers: { "Cache-Status": status } });
  }

  #scope(symbols: number): ReadScope {
    return {
      counts: this.#counts,
      asksEdge: symbols <= EDGE_SYMBOLS_MAX,
      boards: this.#boards,
      gate: this.#gate,
      waitUntil: (promise) => this.#c.executionCtx.waitUntil(promise),
    };
  }

  #log(): void {
    const now = Date.now();
    const { total, loggedAt } = this.#isolate;
    if (now - loggedAt < LOG_EVERY_MS) return;
    this.#isolate.loggedAt = now;
    const { asked, edge, object, book } = total;
    logEvent("quotes", "latest.reads", { asked, edge, object, book });
    Object.assign(total, noReads());
  }
}
