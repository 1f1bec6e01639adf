import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeQuote, encodeTrade } from "../../../protocol/mapping/tradesAndQuotes.ts";
import type { MarketSegment, MarketSince } from "../../../protocol/rpc/orderBook.ts";
import { eachChannel, CHANNEL_NAMES } from "../../../protocol/stream/channels.ts";
import { Connection } from "./connection.ts";
import { MarketDataHub } from "./marketDataHub.ts";
import { openSession } from "./session.ts";

const symbol = "AAPL";
const origin = { requestId: "", ip: "", userAgent: "" };

/** A book that trades once per sequence, and whose best bid is its sequence in dollars. */
class Book {
  published = 0;
  forgottenThrough = 0;

  /** What follows `previous`, through `sequence`. */
  segment(previous: number, sequence: number): MarketSegment {
    const numbers = Array.from({ length: sequence - previous }, (_, nth) => previous + nth + 1);
    const trades = numbers.flatMap((number) => [
      ...encodeTrade({ symbol, tradeId: number, price: 10_000, qty: 1_000_000, at: 0, sequence: number }),
    ]);
    const bid = { price: sequence * 10_000, qty: 1_000_000 };
    const quote = numbers.length === 0 ? null : encodeQuote({ symbol, bid, ask: null, at: 0, sequence });
    return { symbol, previous, sequence, trades: Uint8Array.from(trades), tradeCount: numbers.length, quote };
  }

  since(cursor: number): MarketSince {
    if (cursor > this.published) return { kind: "ahead", sequence: this.published };
    const segment = this.segment(Math.max(cursor, this.forgottenThrough), this.published);
    return { kind: cursor < this.forgottenThrough ? "too_old" : "segment", segment };
  }
}

interface Element {
  readonly T: string;
  readonly seq: number;
}

/** A relay's market data hub with one book, and subscribers of it; answers of the book come when the test says so. */
function rig(positions: [string, number][] = []) {
  const book = new Book();
  const subscribers: { connection: Connection; frames: Element[][] }[] = [];
  const answers: (() => Promise<void>)[] = [];
  const saved: Readonly<Record<string, number>>[] = [];
  const timers: (() => void)[] = [];
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const since = (_symbol: string, cursor: number) =>
    new Promise<MarketSince>((resolve) => {
      // The book answers with its present state; the test decides when the answer arrives.
      const answer = book.since(cursor);
      answers.push(() => (resolve(answer), turn()));
    });
  const market = new MarketDataHub(
    {
      since,
      resume: (_viewer, name, cursor) => since(name, cursor),
      subscribers: () => subscribers.map(({ connection }) => connection),
      receivers: () => subscribers.map(({ connection }) => connection),
      changed: (receiver) => void receiver.flush(),
      after: (_ms, run) => timers.push(run),
      wait: () => Promise.resolve(),
      savePositions: (saving) => saved.push(saving),
      failed: (_symbol, error) => {
        throw error;
      },
    },
    positions,
  );
  const follow = () => {
    const { quote } = book.segment(Math.max(0, book.published - 1), book.published);
    market.subscribed(symbol, { through: book.published, quote });
  };
  const join = (cursor: number | null) => {
    const frames: Element[][] = [];
    const socket = {
      readyState: 1,
      send: (frame: string | Uint8Array) => frames.push(JSON.parse(String(frame)) as Element[]),
      close: () => {},
      serializeAttachment: () => {},
    };
    const { session } = openSession({ stream: "data", codec: "json", origin }, 0);
    const kept = {
      session: { ...session, channels: eachChannel(() => [symbol]), resumes: true },
      cursor: null,
      heardAt: 0,
    };
    const connection = new Connection(socket, kept, () => {});
    connection.holdUpdates();
    const subscriber = { connection, frames };
    subscribers.push(subscriber);
    follow();
    const wants =
      cursor === null
        ? { cursors: [], begins: [[symbol, CHANNEL_NAMES] as const] }
        : { cursors: [[symbol, cursor] as const], begins: [] };
    const joined = market.backfill(connection, wants).then(({ notices, backfills }) => {
      for (const notice of notices) connection.reply(notice);
      if (connection.releaseUpdates(backfills)) connection.flush();
    });
    return { ...subscriber, joined };
  };
  const drain = async () => {
    for (let next = answers.shift(); next !== undefined; next = answers.shift()) await next();
    await turn();
  };
  return { book, market, join, follow, answers, drain, saved, timers, turn };
}

const numbers = (frames: Element[][], T: string) =>
  frames.flat().flatMap((element) => (element.T === T ? [element.seq] : []));
const span = (after: number, through: number) => Array.from({ length: through - after }, (_, nth) => after + nth + 1);

describe("MD-6: a new subscriber of a book", () => {
  it("gets what it lacks in one frame, also when newer pushes arrive during the call of the book", async () => {
    const { book, market, join, drain } = rig();
    book.published = 5;
    const { frames } = join(2);
    book.published = 7;
    market.push(book.segment(5, 7));
    expect(frames).toEqual([]);
    await drain();
    expect(frames).toHaveLength(1);
    expect([numbers(frames, "t"), numbers(frames, "q")]).toEqual([span(2, 7), [7]]);
  });

  it("gets nothing again that the book returned and then pushed, alone or merged with more", async () => {
    const { book, market, join, follow, drain } = rig();
    follow();
    book.published = 4;
    const { frames, joined } = join(0);
    await drain();
    await joined;
    market.push(book.segment(0, 2));
    book.published = 6;
    market.push(book.segment(2, 6));
    await drain();
    expect(numbers(frames, "t")).toEqual(span(0, 6));
    expect(numbers(frames, "q")).toEqual([4, 6]);
  });

  it("gets an error when data is no longer stored or a cursor is ahead; then it gets the latest quote", async () => {
    const { book, join, drain } = rig();
    [book.published, book.forgottenThrough] = [9, 6];
    const [old, ahead] = [join(3), join(12)];
    await drain();
    expect(old.frames[0]).toEqual([{ T: "snapshot", S: symbol, reason: "cursor_too_old", seq: 6 }]);
    expect(numbers(old.frames, "t")).toEqual([7, 8, 9]);
    expect(ahead.frames[0]).toEqual([{ T: "error", code: 412, msg: "cursor 12 is ahead of AAPL, which is at 9" }]);
    expect([numbers(ahead.frames, "t"), numbers(ahead.frames, "q")]).toEqual([[], [9]]);
  });

  it("gets every trade once, although pushes are lost, merged or late", async () => {
    const happening = fc.oneof(
      fc.record({ kind: fc.constant("publish" as const), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant("push" as const), merged: fc.integer({ min: 1, max: 3 }), lost: fc.boolean() }),
      fc.record({ kind: fc.constant("answer" as const) }),
      fc.record({ kind: fc.constant("join" as const), back: fc.option(fc.nat(6)) }),
      fc.record({ kind: fc.constant("again" as const), back: fc.nat(4) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 50 }), async (happenings) => {
        const { book, market, join, follow, answers, drain, turn } = rig();
        follow();
        const cuts = [0];
        let pushed = 0;
        const joiners: { cursor: number | null; at: number; frames: Element[][] }[] = [];
        for (const step of happenings) {
          if (step.kind === "publish") cuts.push((book.published += step.count));
          if (step.kind === "join") {
            const cursor = step.back === null ? null : Math.max(0, book.published - step.back);
            joiners.push({ cursor, at: book.published, frames: join(cursor).frames });
          }
          if (step.kind === "answer") await answers.shift()?.();
          if (step.kind === "again") market.push(book.segment(Math.max(0, book.published - step.back), book.published));
          if (step.kind === "push") {
            const [previous, sequence] = [cuts[pushed], cuts[Math.min(pushed + step.merged, cuts.length - 1)]];
            if (previous === undefined || sequence === undefined || previous === sequence) continue;
            pushed = cuts.indexOf(sequence);
            if (!step.lost) market.push(book.segment(previous, sequence));
          }
          await turn();
        }
        await drain();
        market.push(book.segment(book.published, book.published));
        await drain();
        for (const { cursor, at, frames } of joiners) {
          const trades = numbers(frames, "t");
          const from = cursor ?? (trades[0] ?? book.published + 1) - 1;
          expect(trades).toEqual(span(from, book.published));
          // Without a cursor it gets nothing from before its subscription.
          if (cursor === null) expect(from).toBeGreaterThanOrEqual(at);
          const all = frames.flat().map(({ seq }) => seq);
          expect(all).toEqual(all.toSorted((a, b) => a - b));
          const quotes = numbers(frames, "q");
          expect(quotes).toEqual([...new Set(quotes)]);
          if (book.published > (cursor ?? 0)) expect(quotes.at(-1)).toBe(book.published);
        }
      }),
    );
  });
});

describe("MD-7: the position of a relay in its books", () => {
  it("is stored with a delay, once for all books, and is where the relay continues after hibernation", async () => {
    const { book, market, follow, saved, timers } = rig();
    follow();
    book.published = 3;
    market.push(book.segment(0, 2));
    market.push(book.segment(2, 3));
    expect(timers).toHaveLength(1);
    timers[0]?.();
    expect(saved).toEqual([{ [symbol]: 3 }]);
    const awake = rig([[symbol, 3]]);
    awake.book.published = 8;
    const { frames } = awake.join(5);
    await awake.drain();
    expect(numbers(frames, "t")).toEqual([6, 7, 8]);
    awake.market.forget(symbol);
    awake.timers.at(-1)?.();
    expect(awake.saved.at(-1)).toEqual({});
  });
});
