/**
 * The tree of books, relays and subscribers, counted: the exchange's own feeds, publishers, links and relays on a clock
 * of the benchmark, with sockets that count their frames. No network and no workerd, so it counts what each object
 * sends and receives, and how long windows delay a change; CPU times of these come from the other runs.
 */
import { instrumentOf } from "../domain/market/instruments.ts";
import { SEEDED } from "../domain/market/listing.ts";
import { BookState } from "../domain/matching/bookState.ts";
import { initialStatus } from "../domain/matching/instrumentEntry.ts";
import { applyCommand } from "../domain/matching/orderBook.ts";
import { RULES } from "../domain/matching/rules.ts";
import { Publisher } from "../durable-objects/actor/publisher.ts";
import { MarketFeed, mergePublications, type Publication } from "../durable-objects/orderbook/feed.ts";
import { type LinkSocket, RelayLinks } from "../durable-objects/orderbook/relayLinks.ts";
import type { MarketSegment } from "../protocol/rpc/orderBook.ts";
import { decodeSegmentMessage } from "../protocol/rpc/segmentLink.ts";
import { decodeSegment } from "../protocol/stream/segment.ts";
import { Connection } from "../workers/quotes/relay/connection.ts";
import { FanOut } from "../workers/quotes/relay/fanOut.ts";
import { MarketDataHub } from "../workers/quotes/relay/marketDataHub.ts";
import { openSession } from "../workers/quotes/relay/session.ts";
import { quantile } from "./load.ts";

export interface TreeShape {
  readonly subscribers: number;
  readonly relays: number;
  readonly symbols: readonly string[];
  readonly changesPerSecond: number;
  readonly seconds: number;
}

export interface TreeCounts {
  /** Of one book, to all relays. */
  readonly pushesPerBookSecond: number;
  /** Of all books, to one relay. */
  readonly pushesPerRelaySecond: number;
  readonly framesPerSubscriberSecond: number;
  readonly updatesPerFrame: number;
  /** Milliseconds of the simulated clock from a change to a frame with it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Subscribers that lack the last value of a symbol. */
  readonly incomplete: number;
  /** CPU microseconds of this process for each frame, without sockets. */
  readonly scriptMicrosecondsPerFrame: number;
}

/** A clock in whole milliseconds. */
class Clock {
  readonly #due = new Map<number, (() => void)[]>();
  now = Date.UTC(2026, 10, 20, 15);

  after(ms: number, run: () => void): void {
    const at = this.now + Math.max(1, Math.ceil(ms));
    const others = this.#due.get(at);
    if (others === undefined) this.#due.set(at, [run]);
    else others.push(run);
  }

  async advance(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end;) {
      this.now++;
      const due = this.#due.get(this.now);
      if (due === undefined) continue;
      this.#due.delete(this.now);
      for (const run of due) {
        run();
        // Promises of this event come before the next one.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
}

interface Counters {
  pushes: number;
  frames: number;
  updates: number;
  measuring: boolean;
  readonly ages: number[];
}

interface Quote {
  readonly S: string;
  readonly seq: number;
  readonly t: Date;
}

class CountedRelay {
  readonly #hub: MarketDataHub;
  readonly #fanOut: FanOut;
  readonly #clock: Clock;
  readonly #counters: Counters;
  /** Frames of the relay, and the newest sequence of each symbol in them. */
  readonly #last = new Map<string, number>();
  readonly #counted = new WeakSet<Uint8Array>();
  readonly #framesOf: number[] = [];
  #frames = 0;
  #size = 0;

  constructor(clock: Clock, counters: Counters) {
    this.#clock = clock;
    this.#counters = counters;
    const after = (ms: number, run: () => void) => clock.after(ms, run);
    const missing = () => Promise.reject(new Error("no push is lost here"));
    this.#fanOut = new FanOut({ now: () => clock.now, after, delivered: (symbol) => this.#hub.deliveredOf(symbol) });
    this.#hub = new MarketDataHub(
      {
        since: missing,
        resume: missing,
        subscribers: () => [],
        receivers: (symbol) => this.#fanOut.receivers(symbol),
        changed: (receiver) => this.#fanOut.changed(receiver),
        after,
        wait: () => Promise.resolve(),
        savePositions: () => {},
        failed: (_symbol, error) => {
          throw error;
        },
      },
      [],
    );
  }

  subscribe(count: number, symbols: readonly string[]): void {
    const origin = { requestId: "", ip: "", userAgent: "" };
    const { session } = openSession({ stream: "data", codec: "msgpack", origin }, 0);
    const channels = { ...session.channels, quotes: [...symbols] };
    for (const symbol of symbols) this.#hub.subscribed(symbol, { through: 0, quote: null });
    for (let nth = 0; nth < count; nth++) {
      const number = this.#size++;
      this.#framesOf.push(0);
      const socket = {
        readyState: 1,
        bufferedAmount: 0,
        send: (frame: string | Uint8Array) => this.#sent(number, frame as Uint8Array),
        close: () => {},
        serializeAttachment: () => {},
      };
      const attachment = { session: { ...session, accountId: "a", channels }, cursor: null, heardAt: 0 };
      const connection = new Connection(socket, attachment, () => {
        throw new Error("no subscriber is slow here");
      });
      this.#fanOut.update(connection, symbols);
      this.#fanOut.release(connection, []);
    }
  }

  push(segment: MarketSegment): void {
    if (this.#counters.measuring) this.#counters.pushes++;
    this.#hub.push(segment);
  }

  #sent(number: number, frame: Uint8Array): void {
    this.#framesOf[number] = (this.#framesOf[number] ?? 0) + 1;
    if (this.#counters.measuring) this.#counters.frames++;
    // All subscribers get the same bytes, which are read once.
    if (this.#counted.has(frame)) return;
    this.#counted.add(frame);
    this.#frames++;
    const head = frame[0] === 0xdc ? 3 : 1;
    for (const { S, seq, t } of decodeSegment(frame.subarray(head)) as Quote[]) {
      this.#last.set(S, seq);
      if (!this.#counters.measuring) continue;
      this.#counters.updates += this.#size;
      this.#counters.ages.push(this.#clock.now - t.getTime());
    }
  }

  /** Subscribers that did not get every frame, or all of them when a frame lacks a last value. */
  incomplete(sequences: ReadonlyMap<string, number>): number {
    for (const [symbol, sequence] of sequences) if (this.#last.get(symbol) !== sequence) return this.#size;
    return this.#framesOf.filter((frames) => frames !== this.#frames).length;
  }
}

/** A book with feed, publisher and links, whose best bid changes. */
function startBook(symbol: string, relays: ReadonlyMap<string, CountedRelay>, clock: Clock) {
  const instrument = { ...instrumentOf(SEEDED, "AAPL"), symbol };
  const state = new BookState(instrument, initialStatus(instrument), RULES);
  const after = (ms: number, run: () => void) => clock.after(ms, run);
  const links = new RelayLinks({
    open: (name): Promise<LinkSocket> => {
      let heard = (): void => {};
      return Promise.resolve({
        accept: () => {},
        send: (bytes) => {
          relays.get(name)?.push(decodeSegmentMessage(new Uint8Array(bytes).buffer));
          heard();
        },
        close: () => {},
        addEventListener: (type, run) => {
          if (type === "message") heard = run;
        },
      });
    },
    call: (name, segment) => {
      relays.get(name)?.push(segment);
      return Promise.resolve({ keep: true });
    },
    lost: () => {
      throw new Error("no link ends here");
    },
    now: () => clock.now,
    after,
  });
  const publisher = new Publisher<Publication>({
    sql: { exec: () => [] },
    push: (relay, news) => links.push(relay, mergePublications(news)),
    random: Math.random,
    log: (event, fields) => console.error(event, JSON.stringify(fields)),
  });
  const feed = new MarketFeed(() => state, {
    listeners: () => publisher.size,
    publish: (publication) => publisher.publish(publication),
    feedPrices: () => null,
    depthWanted: () => new Set(),
    now: () => clock.now,
    after,
  });
  for (const name of relays.keys()) publisher.subscribe(name, 1);
  const out = { report: () => undefined, trade: () => undefined };
  let orders = 0;
  return {
    state,
    change: (): void => {
      const last = `o${orders}`;
      const orderId = `o${++orders}`;
      const terms = { kind: "new", timeInForce: "gtc", market: false, expiresAt: null, side: "buy" } as const;
      const price = 2_000_000 + 100 * (orders % 2);
      applyCommand(state, "account/a", { kind: "cancel", orderId: last }, clock.now, out);
      applyCommand(state, "account/a", { ...terms, orderId, price, qty: 1_000_000 }, clock.now, out);
      feed.changed([]);
    },
  };
}

/** Runs the tree, half a second before counting. */
export async function countTree(shape: TreeShape): Promise<TreeCounts> {
  const { subscribers, symbols, changesPerSecond, seconds } = shape;
  const clock = new Clock();
  const counters: Counters = { pushes: 0, frames: 0, updates: 0, measuring: false, ages: [] };
  const relays = new Map<string, CountedRelay>();
  for (let nth = 0; nth < shape.relays; nth++) {
    const relay = new CountedRelay(clock, counters);
    relay.subscribe(
      Math.floor(((nth + 1) * subscribers) / shape.relays) - Math.floor((nth * subscribers) / shape.relays),
      symbols,
    );
    relays.set(`relay-${nth}`, relay);
  }
  const books = symbols.map((symbol) => startBook(symbol, relays, clock));
  const interval = 1_000 / changesPerSecond;
  let running = true;
  books.forEach((book, nth) => {
    let due = clock.now + (nth * interval) / books.length;
    const run = (): void => {
      if (!running) return;
      book.change();
      due += interval;
      clock.after(due - clock.now, run);
    };
    clock.after(due - clock.now, run);
  });
  await clock.advance(500);
  counters.measuring = true;
  const before = process.cpuUsage();
  await clock.advance(1_000 * seconds);
  const { user, system } = process.cpuUsage(before);
  counters.measuring = false;
  running = false;
  await clock.advance(500);
  const sequences = new Map(books.map(({ state }) => [state.symbol, state.sequence]));
  const ages = Float64Array.from(counters.ages).sort();
  return {
    pushesPerBookSecond: counters.pushes / seconds / symbols.length,
    pushesPerRelaySecond: counters.pushes / seconds / shape.relays,
    framesPerSubscriberSecond: counters.frames / seconds / subscribers,
    updatesPerFrame: counters.updates / counters.frames,
    p50Ms: quantile(ages, 0.5),
    p99Ms: quantile(ages, 0.99),
    incomplete: [...relays.values()].reduce((sum, relay) => sum + relay.incomplete(sequences), 0),
    scriptMicrosecondsPerFrame: (user + system) / counters.frames,
  };
}
