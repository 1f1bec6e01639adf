/** The socket of market data: what panels follow, kept up over disconnects and resumed where it was. */
import { Book, type DepthElement } from "./book.ts";
import type { Channel, Link } from "./messages.ts";
import { type OrdersElement, OrderQueues, type OwnOrdersElement } from "./orderQueues.ts";

/** An element of the stream, as the exchange sent it. */
export type Element = Readonly<Record<string, unknown>> & { readonly T: string; readonly S?: string };

type Followed = Readonly<Partial<Record<Channel, readonly string[]>>>;

const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 5_000;
/** Heartbeats come once a second: after this without any frame the connection is dead. */
const SILENCE_MS = 5_000;
const WATCH_MS = 1_000;

export interface MarketSocketEvents {
  readonly element: (element: Element) => void;
  readonly book: (symbol: string, book: Book) => void;
  readonly queues: (symbol: string, queues: OrderQueues) => void;
  readonly link: (link: Link) => void;
  readonly checksumFailed: () => void;
  readonly resumed: () => void;
}

export class MarketSocket {
  readonly #url: string;
  readonly #events: MarketSocketEvents;
  readonly #books = new Map<string, Book>();
  readonly #queues = new Map<string, OrderQueues>();
  /** By symbol, the last `seq` that was processed: where a new connection continues. */
  readonly #cursors = new Map<string, number>();
  #followed: Followed = {};
  #socket: WebSocket | null = null;
  #isLive = false;
  #heardAt = 0;
  #retryMs = RETRY_FIRST_MS;

  constructor(url: string, events: MarketSocketEvents) {
    this.#url = url;
    this.#events = events;
    setInterval(() => this.#watch(), WATCH_MS);
  }

  /** Follows these symbols from now on, and no others. */
  follow(followed: Followed): void {
    const before = this.#followed;
    this.#followed = followed;
    if (this.#socket === null) {
      if (Object.values(followed).some(({ length }) => length > 0)) this.#connect();
      return;
    }
    if (!this.#isLive) return;
    const added = difference(followed, before);
    const removed = difference(before, followed);
    if (removed !== null) this.#send({ action: "unsubscribe", ...removed });
    for (const symbol of removed?.depth ?? []) this.#books.delete(symbol);
    for (const symbol of removed?.orders ?? []) this.#queues.delete(symbol);
    if (added !== null) this.#send({ action: "subscribe", ...added });
  }

  /** Closes and forgets everything: somebody else is signed in. */
  reset(): void {
    this.#books.clear();
    this.#queues.clear();
    this.#cursors.clear();
    this.#socket?.close();
  }

  #connect(): void {
    this.#events.link("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAt = Date.now();
      for (const element of JSON.parse(String(data)) as Element[]) this.#take(element);
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#isLive = false;
      this.#socket = null;
      this.#events.link("lost");
      setTimeout(() => this.#socket ?? this.#connect(), this.#retryMs * (0.5 + Math.random()));
      this.#retryMs = Math.min(RETRY_LONGEST_MS, this.#retryMs * 2);
    };
  }

  #take(element: Element): void {
    if (element.T === "success" && element["msg"] === "authenticated") return this.#begin();
    const symbol = element.S;
    if (symbol === undefined) return this.#events.element(element);
    if (element.T === "depth") return this.#applyDepth(symbol, element);
    if (element.T === "orders" || element.T === "own_orders") return this.#applyOrders(symbol, element);
    if (element.T === "t" && typeof element["seq"] === "number") this.#cursors.set(symbol, element["seq"]);
    this.#events.element(element);
  }

  /** Authenticated by the cookie of the upgrade: subscribes to all that is followed, with cursors. */
  #begin(): void {
    this.#isLive = true;
    this.#retryMs = RETRY_FIRST_MS;
    this.#events.link("live");
    const cursors = Object.fromEntries(
      (this.#followed.trades ?? []).flatMap((symbol) => {
        const seq = this.#cursors.get(symbol);
        return seq === undefined ? [] : [[symbol, seq]];
      }),
    );
    if (Object.keys(cursors).length > 0) this.#events.resumed();
    this.#books.clear();
    this.#queues.clear();
    this.#send({ action: "subscribe", heartbeats: true, ...this.#followed, cursors });
  }

  #applyDepth(symbol: string, element: Element): void {
    let book = this.#books.get(symbol);
    if (book === undefined) this.#books.set(symbol, (book = new Book(symbol)));
    const how = book.apply(element as unknown as DepthElement);
    if (how === "applied") return this.#events.book(symbol, book);
    if (how === "old") return;
    this.#books.delete(symbol);
    this.#readAgain(how, { depth: [symbol] });
  }

  #applyOrders(symbol: string, element: Element): void {
    let queues = this.#queues.get(symbol);
    if (queues === undefined) this.#queues.set(symbol, (queues = new OrderQueues(symbol)));
    if (element.T === "own_orders") {
      queues.name(element as unknown as OwnOrdersElement);
      return this.#events.queues(symbol, queues);
    }
    const how = queues.apply(element as unknown as OrdersElement);
    if (how === "applied") return this.#events.queues(symbol, queues);
    if (how === "old") return;
    this.#queues.delete(symbol);
    this.#readAgain(how, { orders: [symbol] });
  }

  /** Asks for a snapshot in place of a copy that lacks a change or has a wrong checksum. */
  #readAgain(why: "gap" | "wrong checksum", followed: Followed): void {
    if (why === "wrong checksum") this.#events.checksumFailed();
    this.#send({ action: "unsubscribe", ...followed });
    this.#send({ action: "subscribe", ...followed });
  }

  /** A connection that was cut without a close is found by its silence. */
  #watch(): void {
    if (this.#socket !== null && Date.now() - this.#heardAt > SILENCE_MS) {
      const dead = this.#socket;
      dead.close();
      // A close of a dead connection takes a minute to be reported.
      if (this.#socket === dead) dead.onclose?.(new CloseEvent("close"));
    }
  }

  #send(message: unknown): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

/** By channel, the symbols of `a` that `b` has not; null when there are none. */
function difference(a: Followed, b: Followed): Followed | null {
  const parts = Object.entries(a).flatMap(([channel, symbols]) => {
    const others = new Set(b[channel as Channel]);
    const rest = symbols.filter((symbol) => !others.has(symbol));
    return rest.length === 0 ? [] : [[channel, rest] as const];
  });
  return parts.length === 0 ? null : Object.fromEntries(parts);
}
