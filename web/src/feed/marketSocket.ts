/**
 * The stream of market data: what panels follow, resumed over disconnects where it was. What is known stays as it is
 * until something newer replaces it; which symbols are up to date is told apart.
 */
import { Book, type DepthElement } from "./book.ts";
import { Credit, FIRST_CREDIT } from "./credit.ts";
import { KeptSocket, type Socket } from "./keptSocket.ts";
import type { Link, Trouble } from "./messages.ts";
import { type OrdersElement, OrderQueues, type OwnOrdersElement } from "./orderQueues.ts";
import { nextQuestion, type Question, type Symbols, type WireChannel, wanted, WIRE_CHANNELS } from "./subscriptions.ts";

/** An element of the stream, as the exchange sent it. */
export type Element = Readonly<Record<string, unknown>> & { readonly T: string; readonly S?: string };

/** Heartbeats come once a second: after this without any frame the connection is dead. */
const SILENCE_MS = 4_000;
/** After it was asked too much the exchange wants a second. */
const BUSY_MS = 1_200;
/** A connection that exceeds the number of those of an account is tried again after this. */
const CROWDED_MS = 15_000;
/** How long a book of a symbol may be missing in heartbeats before its prices count as old. */
const MISSING_MS = 3_000;
/** A book whose checksums fail again and again is read again less and less often. */
const REPAIR_FIRST_MS = 100;
const REPAIR_LONGEST_MS = 30_000;

/** Frames of these alone need no credit. */
const CONTROLS = new Set(["success", "subscription", "error", "heartbeat", "credit", "snapshot", "own_orders"]);

export interface MarketSocketEvents {
  /** `isSettled`: it came as it happened, and was not missed before. */
  readonly element: (element: Element, isSettled: boolean) => void;
  readonly book: (symbol: string, book: Book) => void;
  readonly queues: (symbol: string, queues: OrderQueues) => void;
  /** The copy of a book is wrong and is read again. */
  readonly copyLost: (symbol: string, why: "gap" | "wrong checksum") => void;
  /** The symbols of which a copy is being read again. */
  readonly repairing: (symbols: ReadonlySet<string>) => void;
  readonly link: (link: Link, trouble: Trouble | null) => void;
  readonly renew: () => void;
  readonly resumed: () => void;
  /** Trades of the symbol may be missing: the exchange no longer had what was missed. */
  readonly gap: (symbol: string) => void;
  /** The log of the symbol's trades has begun again, with numbers that were there before. */
  readonly restarted: (symbol: string) => void;
  /** The symbols whose prices are those of now. */
  readonly fresh: (symbols: ReadonlySet<string>) => void;
}

export class MarketSocket {
  readonly #events: MarketSocketEvents;
  readonly #socket: KeptSocket;
  readonly #books = new Map<string, Book>();
  readonly #queues = new Map<string, OrderQueues>();
  /** By channel and symbol, how long the next reading again waits. */
  readonly #repairs = new Map<string, number>();
  /** By symbol, the last `seq` that was processed: where a new connection continues. */
  readonly #cursors = new Map<string, number>();
  readonly #isRepairing = new Set<string>();
  readonly #credit = new Credit();
  readonly #refused = new Set<string>();
  readonly #fresh = new Map<string, number>();
  #want: Symbols<WireChannel> = {};
  #have: Symbols<WireChannel> = {};
  #asked: Question | null = null;
  #isAuthenticated = false;
  #hasCredit = false;
  #settledAt = Number.POSITIVE_INFINITY;
  #isOn = false;
  #account: string | null = null;

  constructor(url: string, events: MarketSocketEvents, open?: (url: string) => Socket) {
    this.#events = events;
    const named = (): string => (this.#account === null ? url : `${url}?account_id=${this.#account}`);
    this.#socket = new KeptSocket(
      named,
      SILENCE_MS,
      {
        opened: () => this.#begin(),
        message: (text) => this.#frame(text),
        link: (link, trouble) => this.#linkChanged(link, trouble),
        renew: events.renew,
      },
      open,
    );
  }

  /** Who is signed in, by the account whose own orders are named in books; nobody: there is no stream. */
  signIn(isOn: boolean, account: string | null): void {
    const isOther = account !== this.#account;
    this.#isOn = isOn;
    this.#account = account;
    if (isOn && isOther) this.#socket.restart();
    this.#startOrStop();
  }

  /** Follows these symbols from now on, and no others. */
  follow(followed: Symbols): void {
    this.#want = wanted(followed);
    this.#refused.clear();
    keepOnly(this.#books, this.#want.depth);
    keepOnly(this.#queues, this.#want.orders);
    const { depth = [], orders = [] } = this.#want;
    const copies = new Set([
      ...depth.map((symbol) => `depth ${symbol}`),
      ...orders.map((symbol) => `orders ${symbol}`),
    ]);
    for (const name of [...this.#repairs.keys()]) if (!copies.has(name)) this.#repaired(name);
    // What happens to others from now on is not missed by anybody.
    keepOnly(this.#cursors, this.#want.trades);
    this.#startOrStop();
    this.#ask();
  }

  renewed(): void {
    this.#socket.renewed();
  }

  network(isOnline: boolean): void {
    this.#socket.network(isOnline);
  }

  #startOrStop(): void {
    if (!this.#isOn) this.#socket.stop();
    else if (Object.values(this.#want).some(({ length }) => length > 0)) this.#socket.start();
  }

  #linkChanged(link: Link, trouble: Trouble | null): void {
    if (link !== "live") {
      this.#isAuthenticated = this.#hasCredit = false;
      this.#asked = null;
      this.#have = {};
      this.#settledAt = Number.POSITIVE_INFINITY;
    } else {
      // Each has the time of some heartbeats to be told of again.
      for (const symbol of this.#fresh.keys()) this.#fresh.set(symbol, Date.now());
    }
    this.#events.link(link, trouble);
  }

  /** The connection is open. Without a valid cookie this question is refused, and the cookie is renewed. */
  #begin(): void {
    this.#credit.begin();
    this.#isAuthenticated = true;
    this.#refused.clear();
    if (this.#cursors.size > 0) this.#events.resumed();
    this.#ask();
  }

  /** Asks for the next of what is lacking. */
  #ask(): void {
    if (!this.#isAuthenticated || this.#asked !== null) return;
    const question = nextQuestion(this.#want, this.#have, (symbol) => this.#cursors.get(symbol), this.#refused);
    if (question === null) return;
    this.#asked = question;
    const credit = this.#hasCredit ? {} : { credit: FIRST_CREDIT };
    this.#hasCredit = true;
    const { action, symbols, cursors } = question;
    const extra = action === "subscribe" ? { heartbeats: true, cursors, ...credit } : {};
    this.#socket.send(JSON.stringify({ action, ...symbols, ...extra }));
  }

  #frame(text: string): void {
    const elements = JSON.parse(text) as readonly Element[];
    const [first] = elements;
    if (first === undefined) return;
    if (CONTROLS.has(first.T)) return this.#control(first);
    const grant = this.#credit.took(text.length);
    if (grant !== null) this.#socket.send(JSON.stringify(grant));
    for (const element of elements) this.#take(element);
  }

  #control(element: Element): void {
    const { T: kind, S: symbol } = element;
    if (kind === "subscription") this.#subscribed(element);
    else if (kind === "error") this.#error(element);
    else if (kind === "credit") this.#credit.granted(Number(element["frames"]), String(element["mark"]));
    else if (kind === "heartbeat") this.#heartbeat(element);
    else if (kind === "snapshot" && symbol !== undefined) {
      this.#cursors.set(symbol, Number(element["seq"]));
      this.#events.gap(symbol);
    } else if (kind === "own_orders" && symbol !== undefined) {
      this.#queuesOf(symbol).name(element as unknown as OwnOrdersElement);
    }
  }

  /** The list of all that is subscribed. What was asked for and is not in it does not exist. */
  #subscribed(element: Element): void {
    const have = Object.fromEntries(
      WIRE_CHANNELS.map((channel) => [channel, (element[channel] ?? []) as readonly string[]]),
    );
    this.#have = have;
    if (!this.#socket.isLive) this.#socket.live();
    const { action, symbols } = this.#asked ?? { action: "unsubscribe", symbols: {} };
    if (action === "subscribe") this.#refuse(symbols, (channel, symbol) => !have[channel]?.includes(symbol));
    this.#asked = null;
    this.#settledAt = Date.now();
    this.#ask();
  }

  #refuse(symbols: Symbols<WireChannel>, isRefused: (channel: WireChannel, symbol: string) => boolean): void {
    for (const channel of WIRE_CHANNELS) {
      for (const symbol of symbols[channel] ?? []) {
        if (isRefused(channel, symbol)) this.#refused.add(`${channel} ${symbol}`);
      }
    }
  }

  /** Errors of the stream: docs/streams.md. */
  #error(element: Element): void {
    const code = Number(element["code"]);
    const asked = this.#asked;
    if (code === 401 || code === 402 || code === 404) this.#socket.needsRenewal();
    else if (code === 407) {
      const cursors = (element["cursors"] ?? {}) as Readonly<Record<string, number>>;
      for (const [symbol, seq] of Object.entries(cursors))
        if (this.#cursors.has(symbol)) this.#cursors.set(symbol, seq);
      this.#socket.refused("slow");
    } else if (code === 406) this.#socket.refused("crowded", CROWDED_MS);
    else if (code === 412) this.#restarted(String(element["msg"]));
    else if (code === 413) this.#socket.restart();
    else if (code === 429) {
      this.#socket.refused("busy", BUSY_MS);
      this.#asked = null;
      setTimeout(() => this.#ask(), BUSY_MS);
    } else if (asked !== null && (code === 400 || code === 405 || code === 409)) {
      this.#refuse(asked.symbols, () => true);
      this.#asked = null;
      this.#socket.refused(code === 405 ? "too many symbols" : "not allowed");
      this.#ask();
    } else if (code === 500) this.#socket.refused("failed");
  }

  /** The cursor is ahead of the book: its log has begun again. */
  #restarted(message: string): void {
    const symbol = /ahead of ([^\s,]+)/.exec(message)?.[1];
    if (symbol === undefined) return;
    this.#cursors.delete(symbol);
    this.#events.restarted(symbol);
    this.#events.gap(symbol);
  }

  /** A heartbeat names the books that the exchange follows for us: their prices are up to date. */
  #heartbeat(element: Element): void {
    const now = Date.now();
    for (const symbol of Object.keys(element["seqs"] ?? {})) this.#heard(symbol, now);
    for (const [symbol, at] of this.#fresh) {
      if (now - at < MISSING_MS) continue;
      this.#fresh.delete(symbol);
      this.#events.fresh(new Set(this.#fresh.keys()));
    }
    this.#events.element(element, true);
  }

  #heard(symbol: string, now: number): void {
    const isNew = !this.#fresh.has(symbol);
    this.#fresh.set(symbol, now);
    if (isNew) this.#events.fresh(new Set(this.#fresh.keys()));
  }

  #take(element: Element): void {
    const { S: symbol, T: kind } = element;
    if (symbol === undefined) return;
    const now = Date.now();
    this.#heard(symbol, now);
    if (kind === "depth" || kind === "orders") {
      if (this.#isRepairing.has(`${kind} ${symbol}`)) return;
      return kind === "depth" ? this.#applyDepth(symbol, element) : this.#applyOrders(symbol, element);
    }
    const { seq } = element;
    if ((kind === "t" || kind === "q") && typeof seq === "number") {
      this.#cursors.set(symbol, Math.max(seq, this.#cursors.get(symbol) ?? 0));
    }
    this.#events.element(element, now - this.#settledAt > MISSING_MS);
  }

  #applyDepth(symbol: string, element: Element): void {
    let book = this.#books.get(symbol);
    if (book === undefined) this.#books.set(symbol, (book = new Book(symbol)));
    const how = book.apply(element as unknown as DepthElement);
    if (how === "applied") this.#events.book(symbol, book);
    if (how === "gap" || how === "wrong checksum") this.#books.delete(symbol);
    this.#applied("depth", symbol, how);
  }

  #applyOrders(symbol: string, element: Element): void {
    const queues = this.#queuesOf(symbol);
    const how = queues.apply(element as unknown as OrdersElement);
    if (how === "applied") this.#events.queues(symbol, queues);
    if (how === "gap" || how === "wrong checksum") this.#queues.delete(symbol);
    this.#applied("orders", symbol, how);
  }

  #queuesOf(symbol: string): OrderQueues {
    let queues = this.#queues.get(symbol);
    if (queues === undefined) this.#queues.set(symbol, (queues = new OrderQueues(symbol)));
    return queues;
  }

  /** A copy that lacks a change or has a wrong checksum is read again: left, and asked for because it is lacking. */
  #applied(channel: "depth" | "orders", symbol: string, how: ReturnType<Book["apply"]>): void {
    const name = `${channel} ${symbol}`;
    if (how === "applied") this.#repaired(name);
    if (how !== "gap" && how !== "wrong checksum") return;
    this.#events.copyLost(symbol, how);
    const wait = this.#repairs.get(name) ?? REPAIR_FIRST_MS;
    this.#repairs.set(name, Math.min(REPAIR_LONGEST_MS, wait * 4));
    this.#tellRepairing();
    // Elements until then are gaps of a copy that is empty.
    this.#isRepairing.add(name);
    setTimeout(() => {
      this.#isRepairing.delete(name);
      if (this.#have[channel]?.includes(symbol) !== true) return;
      this.#socket.send(JSON.stringify({ action: "unsubscribe", [channel]: [symbol] }));
    }, wait);
  }

  #repaired(name: string): void {
    if (this.#repairs.delete(name)) this.#tellRepairing();
  }

  #tellRepairing(): void {
    const symbols = Array.from(this.#repairs.keys(), (name) => name.slice(name.indexOf(" ") + 1));
    this.#events.repairing(new Set(symbols));
  }
}

function keepOnly(map: Map<string, unknown>, symbols: readonly string[] = []): void {
  const kept = new Set(symbols);
  for (const symbol of map.keys()) if (!kept.has(symbol)) map.delete(symbol);
}
