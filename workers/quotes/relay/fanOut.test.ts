import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEEDED } from "../../../domain/market/listing.ts";
import type { MarketSince } from "../../../protocol/rpc/orderBook.ts";
import { type Channels, eachChannel } from "../../../protocol/stream/channels.ts";
import { backfillRequestOf } from "./channelSymbols.ts";
import { ConflationScheduler } from "./conflation.ts";
import { Connection } from "./connection.ts";
import { FanOut } from "./fanOut.ts";
import { UNSENT_HOLD_BYTES, WINDOW_MS } from "./limits.ts";
import { MarketDataHub } from "./marketDataHub.ts";
import { openSession } from "./session.ts";
import { Subscribers } from "./subscribers.ts";
import { bidsAt, bidsOf, depthOf, elementsOf, imbalanceOf, segmentOf } from "./testing.ts";

const SYMBOLS = ["AAPL", "KO", "MSFT"] as const;
const origin = { requestId: "", ip: "", userAgent: "" };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Client {
  readonly connection: Connection;
  readonly frames: (string | Uint8Array)[];
  readonly socket: { readyState: number; bufferedAmount: number };
}

/** A relay on a clock of the test. `grouped`: by FanOut; otherwise each subscriber has its own window and unsent data. */
class FakeRelay {
  readonly #published = new Map<string, number>();
  readonly #answers: (() => void)[] = [];
  readonly #timers: { at: number; run: () => void }[] = [];
  readonly #fanOut: FanOut;
  readonly #single: ConflationScheduler;
  readonly #subscribers: Subscribers;
  readonly #hub: MarketDataHub;
  readonly #tails = new Map<Connection, Promise<void>>();
  readonly #grouped: boolean;
  readonly clients: Client[] = [];
  now = 1_000;

  constructor(grouped: boolean) {
    this.#grouped = grouped;
    const clock = {
      now: () => this.now,
      after: (ms: number, run: () => void) => void this.#timers.push({ at: this.now + ms, run }),
    };
    this.#fanOut = new FanOut({ ...clock, delivered: (symbol) => this.#hub.deliveredOf(symbol) });
    this.#single = new ConflationScheduler(clock);
    this.#subscribers = new Subscribers(() => SEEDED, grouped ? this.#fanOut : null);
    const since = (symbol: string, cursor: number) =>
      new Promise<MarketSince>((resolve) => {
        const segment = segmentOf(symbol, cursor, this.#sequenceOf(symbol));
        this.#answers.push(() => resolve({ kind: "segment", segment }));
      });
    const subscribers = (symbol: string) => this.#subscribers.of(`book/${symbol}`) ?? [];
    this.#hub = new MarketDataHub(
      {
        since,
        resume: (_subscriber, symbol, cursor) => since(symbol, cursor),
        subscribers,
        receivers: (symbol) => (grouped ? this.#fanOut.receivers(symbol) : subscribers(symbol)),
        changed: (receiver) => (grouped ? this.#fanOut : this.#single).changed(receiver),
        after: () => {},
        wait: () => Promise.resolve(),
        savePositions: () => {},
        failed: (_symbol, error) => {
          throw error;
        },
      },
      [],
    );
    for (const symbol of SYMBOLS) {
      this.#hub.subscribed(symbol, { through: 0, quote: null, depth: depthOf(symbol, null, 0) });
    }
  }

  #sequenceOf(symbol: string): number {
    return this.#published.get(symbol) ?? 0;
  }

  connect(codec: "json" | "msgpack"): void {
    const frames: (string | Uint8Array)[] = [];
    const socket = {
      readyState: 1,
      bufferedAmount: 0,
      send: (frame: string | Uint8Array) => void frames.push(frame),
      close: () => {},
      serializeAttachment: () => {},
    };
    const { session } = openSession({ stream: "data", codec, origin }, 0);
    const opened = { session: { ...session, accountId: "account" }, cursor: null, heardAt: 0 };
    const connection = new Connection(socket, opened, () => {
      throw new Error("no client here is too slow");
    });
    this.#subscribers.update(connection);
    this.clients.push({ connection, frames, socket });
  }

  /** A book publishes; `lost`: the push does not arrive, and the next one shows the gap. */
  publish(symbol: string, trades: number, lost: boolean): void {
    const previous = this.#sequenceOf(symbol);
    this.#published.set(symbol, previous + trades);
    const imbalance = imbalanceOf(symbol, previous + trades);
    if (!lost) this.#hub.push({ ...segmentOf(symbol, previous, previous + trades), imbalance });
  }

  /** The steps of the relay for a frame of a client, after earlier frames of the same client. */
  subscribe(nth: number, named: Partial<Channels>, cursors: Readonly<Record<string, number>>): void {
    this.#perform(nth, async (connection) => {
      const { session } = connection;
      const before = session.channels;
      const channels = eachChannel((channel) => [...new Set([...before[channel], ...(named[channel] ?? [])])]);
      const message = { kind: "subscribe", channels, unserved: [], cursors } as const;
      const request = backfillRequestOf(before, channels, message, SEEDED);
      connection.holdUpdates();
      connection.save({ ...session, channels });
      this.#subscribers.update(connection);
      const { backfills } = await this.#hub.backfill(connection, request);
      if (this.#grouped) this.#fanOut.release(connection, backfills);
      else if (connection.releaseUpdates(backfills)) this.#single.changed(connection);
    });
  }

  unsubscribe(nth: number, symbol: string): void {
    this.#perform(nth, (connection) => {
      const { session } = connection;
      const channels = eachChannel((channel) => session.channels[channel].filter((name) => name !== symbol));
      connection.save({ ...session, channels });
      this.#subscribers.update(connection);
      connection.flush();
      return Promise.resolve();
    });
  }

  #perform(nth: number, handle: (connection: Connection) => Promise<void>): void {
    const { connection } = this.client(nth);
    const tail = this.#tails.get(connection) ?? Promise.resolve();
    this.#tails.set(
      connection,
      tail.then(() => handle(connection)),
    );
  }

  client(nth: number): Client {
    const client = this.clients[nth % this.clients.length];
    if (client === undefined) throw new Error("no client");
    return client;
  }

  /** Lets the client read, or not. */
  setReading(nth: number, reads: boolean): void {
    this.client(nth).socket.bufferedAmount = reads ? 0 : UNSENT_HOLD_BYTES + 1;
  }

  /** The oldest call of a book is answered. */
  answer(): void {
    this.#answers.shift()?.();
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.now = next.at;
      next.run();
    }
    this.now = end;
  }

  /** Every client reads, every call is answered, and all windows end. */
  async settle(): Promise<void> {
    for (const { socket } of this.clients) socket.bufferedAmount = 0;
    for (const symbol of SYMBOLS) this.publish(symbol, 1, false);
    for (let rounds = 0; rounds < 20; rounds++) {
      await turn();
      this.answer();
    }
    await Promise.all(this.#tails.values());
    for (let windows = 0; windows < 4; windows++) this.advance(WINDOW_MS);
  }

  /** What a client got: the trades of each symbol in order, and the last quote of each. */
  received(nth: number): Record<string, unknown> {
    const elements = this.client(nth).frames.flatMap((frame) => elementsOf(frame));
    return Object.fromEntries(
      SYMBOLS.map((symbol) => {
        const of = (T: string) => elements.filter((one) => one.S === symbol && one.T === T).map(({ seq }) => seq);
        const imbalance = elements.findLast((one) => one.S === symbol && one.T === "i")?.paired;
        const depth = elements.filter((one) => one.S === symbol && one.T === "depth");
        return [symbol, { trades: of("t"), quote: of("q").at(-1), imbalance, bids: bidsOf(depth) }];
      }),
    );
  }

  /** What a client has of the books that it subscribes to is what they show now. */
  expectNewest(nth: number): void {
    const { connection, frames } = this.client(nth);
    const { depth, imbalances } = connection.session.channels;
    for (const symbol of SYMBOLS) {
      const newest = this.#sequenceOf(symbol);
      const elements = frames.flatMap((frame) => elementsOf(frame)).filter(({ S }) => S === symbol);
      const has = (names: readonly string[]): boolean => names.includes(symbol) || names.includes("*");
      if (has(imbalances)) expect(elements.findLast(({ T }) => T === "i")?.paired).toBe(newest);
      const changes = elements.filter(({ T }) => T === "depth");
      // One that began with a cursor lacks what it should have had.
      if (!has(depth) || !changes.some(({ r }) => r === true)) continue;
      const bids = bidsAt(newest).map(({ price, qty }): [number, number] => [price / 10_000, qty / 1_000_000]);
      expect(bidsOf(changes)).toEqual({ last: newest, bids: bids.toSorted(([one], [two]) => one - two) });
    }
  }

  /** The subscriptions of a client, in any order. */
  channelsOf(nth: number): string {
    const { channels } = this.client(nth).connection.session;
    return JSON.stringify(eachChannel((channel) => channels[channel].toSorted()));
  }
}

type Step = (relay: FakeRelay) => void;

const symbol = fc.constantFrom(...SYMBOLS);
const nth = fc.nat(3);
const names = fc.constantFrom<readonly string[]>(["AAPL"], ["KO"], ["AAPL", "KO"], ["KO", "AAPL", "MSFT"], ["*"]);
/** The channels that a subscription names. */
const KINDS: readonly ((of: readonly string[]) => Partial<Channels>)[] = [
  (of) => ({ trades: of }),
  (of) => ({ quotes: of }),
  (of) => ({ trades: of, quotes: of }),
  (of) => ({ depth: of, imbalances: of }),
  (of) => ({ trades: of, quotes: of, depth: of, imbalances: of }),
];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(symbol, fc.integer({ min: 1, max: 3 }), fc.nat(5)).map(
      ([of, trades, luck]): Step =>
        (relay) =>
          relay.publish(of, trades, luck === 0),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(nth, names, fc.nat(4), fc.option(fc.nat(3)))
      .map(([client, of, which, cursor]): Step => (relay) => {
        const named = KINDS[which]?.(of) ?? {};
        relay.subscribe(client, named, cursor === null || of.includes("*") ? {} : { [of[0] ?? ""]: cursor });
      }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(nth, symbol).map(
      ([client, of]): Step =>
        (relay) =>
          relay.unsubscribe(client, of),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(nth, fc.boolean()).map(
      ([client, reads]): Step =>
        (relay) =>
          relay.setReading(client, reads),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Step>((relay) => relay.answer()) },
  {
    weight: 4,
    arbitrary: fc.integer({ min: 1, max: 150 }).map(
      (ms): Step =>
        (relay) =>
          relay.advance(ms),
    ),
  },
);

const NOTHING = JSON.stringify(eachChannel(() => []));

/** Four clients, two of them with the same codec as another. */
function newRelay(grouped: boolean): FakeRelay {
  const relay = new FakeRelay(grouped);
  for (const codec of ["msgpack", "msgpack", "json", "json"] as const) relay.connect(codec);
  // Cursors of the test are never ahead of a book.
  for (const of of SYMBOLS) relay.publish(of, 3, false);
  return relay;
}

describe("groups of subscribers", () => {
  it("MD-45: every subscriber gets what it would get alone: each trade once and in order, the last quote always", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const [grouped, single] = [newRelay(true), newRelay(false)];
        for (const relay of [grouped, single]) {
          for (const take of steps) {
            take(relay);
            await turn();
          }
          await relay.settle();
        }
        for (let client = 0; client < 4; client++) {
          expect(grouped.received(client)).toEqual(single.received(client));
          grouped.expectNewest(client);
        }
        // Those with equal subscriptions share their frames once none lacks anything.
        for (let round = 0; round < 3; round++) {
          for (const of of SYMBOLS) grouped.publish(of, 1, false);
          for (let windows = 0; windows < 3; windows++) grouped.advance(WINDOW_MS);
        }
        for (const [one, two] of [
          [0, 1],
          [2, 3],
        ] as const) {
          const channels = grouped.channelsOf(one);
          if (channels === NOTHING || channels !== grouped.channelsOf(two)) continue;
          expect(grouped.client(one).frames.at(-1)).toBe(grouped.client(two).frames.at(-1));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("MD-45: subscribers of the same data get the same bytes, encoded once", async () => {
    const relay = newRelay(true);
    for (const client of [0, 1]) relay.subscribe(client, { trades: ["AAPL", "KO"] }, {});
    await turn();
    relay.advance(WINDOW_MS);
    relay.publish("AAPL", 1, false);
    relay.publish("KO", 1, false);
    relay.advance(WINDOW_MS);
    const [one, other] = [relay.client(0).frames, relay.client(1).frames];
    expect(one.map((frame) => elementsOf(frame).length)).toEqual([1, 1]);
    expect(one.every((frame, at) => frame === other[at])).toBe(true);
  });

  it("MD-45: one that does not read delays no other, and gets one frame when it reads again", async () => {
    const relay = newRelay(true);
    for (const client of [0, 1]) relay.subscribe(client, { trades: ["AAPL"], quotes: ["AAPL"] }, {});
    await turn();
    relay.advance(WINDOW_MS);
    const begun = relay.client(0).frames.length;
    relay.setReading(0, false);
    for (let windows = 0; windows < 5; windows++) {
      relay.publish("AAPL", 1, false);
      relay.advance(WINDOW_MS + 10);
    }
    expect(relay.client(0).frames.length).toBe(begun);
    expect(relay.client(1).frames.length).toBe(begun + 5);
    relay.setReading(0, true);
    relay.advance(2 * WINDOW_MS);
    const late = relay.client(0).frames.slice(begun);
    expect(late.map((frame) => elementsOf(frame).map(({ T, seq }) => `${T}${seq}`))).toEqual([
      ["t4", "t5", "t6", "t7", "t8", "q8"],
    ]);
    // It shares frames again.
    relay.publish("AAPL", 1, false);
    relay.advance(2 * WINDOW_MS);
    expect(relay.client(0).frames.at(-1)).toBe(relay.client(1).frames.at(-1));
  });
});
