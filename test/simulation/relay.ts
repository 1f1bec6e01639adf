import { segmentAfter } from "../../protocol/stream/segment.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import type { DepthChanges, DepthPart, MarketSegment, OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import type { PushAnswer } from "../../protocol/rpc/relay.ts";
import type { TradeUpdate } from "../../domain/account/state/events.ts";
import { SequencedReader, type SequencedReaderPorts } from "../../workers/quotes/relay/sequencedReader.ts";
import type { AccountStreamClient } from "./accountStreamClient.ts";
import type { MarketDataClient, Visit } from "./marketDataClient.ts";

/** Updates asked for at once. */
const PAGE = 2;

interface RelayEnv {
  readonly ACCOUNT: { getByName(name: string): Pick<AccountRpc, "subscribe" | "updatesAfter"> };
  readonly ORDER_BOOK: { getByName(name: string): Pick<OrderBookRpc, "subscribe" | "since"> };
  /** Where a client's socket leads. */
  readonly follower: (accountId: string) => AccountStreamClient;
  readonly viewer: (relay: string, symbol: string) => MarketDataClient;
}

/** The part of a book's changes after a sequence. */
function depthAfter({ depth, orders }: MarketSegment, previous: number): Partial<Record<DepthPart, DepthChanges>> {
  const cut = (changes: DepthChanges): DepthChanges => segmentAfter(changes.bytes, previous);
  const parts: Partial<Record<DepthPart, DepthChanges>> = {};
  if (depth !== undefined) parts.depth = cut(depth);
  if (orders !== undefined) parts.orders = cut(orders);
  return parts;
}

/** A relay with one socket to each account and each book: what it hands on is in the real relay's order. */
export class Relay {
  readonly #name: string;
  readonly #env: RelayEnv;
  readonly #accounts = new Map<string, SequencedReader<TradeUpdate>>();
  readonly #books = new Map<string, { readonly visit: number; readonly reader: SequencedReader<MarketSegment> }>();

  constructor(ctx: { readonly id: { readonly name: string } }, env: RelayEnv) {
    this.#name = ctx.id.name;
    this.#env = env;
  }

  /** A client of an account comes, comes back with what it has seen, or makes sure that it is still known. */
  async follow(accountId: string, epoch: number): Promise<void> {
    const { through } = await this.#env.ACCOUNT.getByName(accountId).subscribe(this.#name, epoch);
    let session = this.#accounts.get(accountId);
    if (session === undefined) {
      this.#accounts.set(accountId, (session = new SequencedReader(this.#portsOfAccount(accountId))));
      // A socket that is opened late is opened with what its client has seen by then.
      session.start(this.#env.follower(accountId).seen.length);
    }
    session.push([], through);
  }

  /** The same for a client of a book; each of its visits is a socket of its own. */
  async watch(symbol: string, epoch: number, visit: Visit): Promise<void> {
    const { number, parts, isNew } = visit;
    const subscribed = await this.#env.ORDER_BOOK.getByName(symbol).subscribe(this.#name, epoch, parts);
    const viewer = this.#env.viewer(this.#name, symbol);
    if (number !== viewer.visit.number) return;
    let session = this.#books.get(symbol);
    if (session?.visit !== number) {
      session?.reader.stop();
      session = { visit: number, reader: new SequencedReader(this.#portsOfBook(symbol, viewer, visit)) };
      this.#books.set(symbol, session);
      if (isNew) viewer.begin(subscribed);
      session.reader.start(viewer.position);
    }
    session.reader.push([], subscribed.through);
  }

  /** The client has gone: the book is told so by the answer to its next push. */
  leave(symbol: string): Promise<void> {
    this.#books.get(symbol)?.reader.stop();
    this.#books.delete(symbol);
    return Promise.resolve();
  }

  pushAccount(accountId: string, updates: readonly TradeUpdate[], through: number): Promise<PushAnswer> {
    const session = this.#accounts.get(accountId);
    session?.push(updates, through);
    return Promise.resolve({ keep: session !== undefined });
  }

  pushMarket(segment: MarketSegment): Promise<PushAnswer> {
    const session = this.#books.get(segment.symbol);
    session?.reader.push([segment], segment.sequence);
    return Promise.resolve({ keep: session !== undefined });
  }

  #portsOfAccount(accountId: string): SequencedReaderPorts<TradeUpdate> {
    const follower = this.#env.follower(accountId);
    return {
      span: ({ sequence }) => ({ previous: sequence - 1, sequence }),
      after: (update) => update,
      pull: async (cursor) => {
        const { updates, through } = await this.#env.ACCOUNT.getByName(accountId).updatesAfter(cursor, PAGE);
        return { items: updates, through, skip: null };
      },
      deliver: (updates) => updates.forEach((update) => follower.take(update)),
      ...this.#waits(),
    };
  }

  #portsOfBook(
    symbol: string,
    viewer: MarketDataClient,
    { number, parts }: Visit,
  ): SequencedReaderPorts<MarketSegment> {
    // A socket that its client has left delivers nothing.
    const isOpen = () => viewer.visit.number === number;
    return {
      span: ({ previous, sequence }) => ({ previous, sequence }),
      after: (segment, previous) => {
        const { bytes, count } = segmentAfter(segment.trades, previous);
        return { ...segment, previous, trades: bytes, tradeCount: count, ...depthAfter(segment, previous) };
      },
      pull: async (cursor) => {
        const since = await this.#env.ORDER_BOOK.getByName(symbol).since(cursor, parts);
        if (since.kind === "ahead") throw new Error(`the book is at ${since.sequence}, behind ${cursor}`);
        const { segment } = since;
        const to = segment.previous;
        const skip = since.kind === "segment" ? null : { to, announce: () => isOpen() && viewer.skip(to) };
        return { items: [segment], through: segment.sequence, skip };
      },
      deliver: (segments) => segments.forEach((segment) => isOpen() && viewer.take(segment)),
      ...this.#waits(),
    };
  }

  #waits() {
    return {
      wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      // The client's next sign of life tries again.
      failed: () => undefined,
    };
  }
}
