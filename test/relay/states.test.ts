/** The state of markets on the data stream inside workerd: statuses, price bands and imbalances. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { MarketStatus } from "../../domain/market/phase.ts";
import { encodeBands, encodeImbalance, encodeStatus } from "../../protocol/mapping/marketState.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { at, freshRelay, publish, push, fakeObject } from "./fakes.ts";
import { WAIT_OPTIONS, subscribed, type Subscriber } from "./subscriber.ts";

const OPEN: MarketStatus = {
  phase: "continuous",
  session: "regular",
  since: at,
  until: null,
  halt: null,
  calendar: "us_equities",
  bands: { lower: 950_000, upper: 1_050_000, reference: 1_000_000, since: at },
  limitState: null,
};
const HALTED: MarketStatus = { ...OPEN, phase: "halted", halt: "news", since: at + 5 };

/** The state parts of a segment, without a trade. */
const standing = (symbol: string, status: MarketStatus): Partial<MarketSegment> => ({
  trades: new Uint8Array(),
  tradeCount: 0,
  status: encodeStatus(symbol, status),
  bands: encodeBands(symbol, status),
});

/** The auction part of a push. */
const gathering = (symbol: string, sequence: number, paired: number | null): MarketSegment => ({
  symbol,
  previous: sequence,
  sequence,
  trades: new Uint8Array(),
  tradeCount: 0,
  quote: null,
  imbalance: paired === null ? null : imbalance(symbol, paired),
});

function imbalance(symbol: string, paired: number): Uint8Array {
  const qty = { paired: paired * 1_000_000, imbalance: 0, imbalanceSide: null };
  return encodeImbalance({ symbol, at, price: 1_000_000, reference: 990_000, ...qty });
}

/** A subscriber's elements as text. */
const inWords = ({ frames }: Subscriber): string[] =>
  frames.flat().map(({ T, sc, i, paired }) => `${String(T)} ${String(sc ?? paired ?? i)}`);

const saw = (subscriber: Subscriber, words: string[]) =>
  vi.waitFor(() => expect(inWords(subscriber)).toEqual(words), WAIT_OPTIONS);
const told = expect.objectContaining({ T: "s", sc: "T" });

describe("MD-33: a subscriber of a market's state", () => {
  it("gets it at once in its codec, then each change, and nothing of other channels", async () => {
    const relay = freshRelay();
    await publish("AAPL", 1_000_000, standing("AAPL", OPEN));
    const json = await subscribed(relay, { statuses: ["AAPL"] });
    const packed = await subscribed(relay, { lulds: ["*"], statuses: ["*"] }, "msgpack");
    await saw(json, ["s T"]);
    await saw(packed, ["s T", "l B"]);
    expect(packed.frames.flat()[1]).toEqual({
      T: "l",
      S: "AAPL",
      z: "C",
      u: 105,
      d: 95,
      i: "B",
      ref: 100,
      limit: "",
      t: new Date(at),
    });
    await relay.pushMarket(await publish("AAPL", null, standing("AAPL", HALTED)));
    await saw(json, ["s T", "s H"]);
    await saw(packed, ["s T", "l B", "s H", "l D"]);
    expect(json.frames.flat()[1]).toMatchObject({ rc: "T1", phase: "halted", t: "2026-11-20T15:00:00.005Z" });
  });

  it("does not get again what a pull repeats, and misses no change of a lost push", async () => {
    const relay = freshRelay();
    await publish("F", 1_000_000, standing("F", OPEN));
    const subscriber = await subscribed(relay, { statuses: ["F"], trades: ["F"] });
    await publish("F");
    await push(relay, "F");
    await saw(subscriber, ["s T", "t 2", "t 3"]);
    await publish("F", null, standing("F", HALTED));
    await push(relay, "F");
    await saw(subscriber, ["s T", "t 2", "t 3", "t 5", "s H"]);
    expect(subscriber.frames.flat().filter(({ T }) => T === "s")).toEqual([told, expect.objectContaining({ sc: "H" })]);
  });

  it("gets it with a cursor too, although it is older, and when a channel is added", async () => {
    const relay = freshRelay();
    await publish("KO", 1_000_000, standing("KO", OPEN));
    for (let nth = 0; nth < 2; nth++) await publish("KO");
    const resumed = await subscribed(relay, { trades: ["KO"], statuses: ["KO"], cursors: { KO: 2 } });
    await saw(resumed, ["t 3", "s T"]);
    resumed.say({ action: "subscribe", lulds: ["KO"] });
    await vi.waitFor(() => expect(inWords(resumed)).toContain("l B"), WAIT_OPTIONS);
    expect(inWords(resumed).filter((word) => word === "s T")).toHaveLength(1);
  });

  it("gets the current state after hibernation", async () => {
    const relay = freshRelay();
    await publish("DIS", 1_000_000, standing("DIS", OPEN));
    await subscribed(relay, { statuses: ["DIS"] });
    await evictDurableObject(relay);
    const subscriber = await subscribed(relay, { statuses: ["DIS"] });
    await saw(subscriber, ["s T"]);
    expect(subscriber.frames).toEqual([[told]]);
  });
});

describe("MD-32: a subscriber of imbalances", () => {
  it("gets the latest one at once and each new one, and none after the auction", async () => {
    const relay = freshRelay();
    await publish("NFLX", 1_000_000, { imbalance: imbalance("NFLX", 7) });
    const first = await subscribed(relay, { imbalances: ["NFLX"] });
    await saw(first, ["i 7"]);
    await relay.pushMarket(gathering("NFLX", 1, 8));
    await saw(first, ["i 7", "i 8"]);
    // A repetition is not sent.
    await relay.pushMarket(gathering("NFLX", 1, 8));
    await relay.pushMarket(gathering("NFLX", 1, 9));
    const second = await subscribed(relay, { imbalances: ["NFLX"] });
    await saw(second, ["i 9"]);
    await saw(first, ["i 7", "i 8", "i 9"]);
    await relay.pushMarket(gathering("NFLX", 1, null));
    const third = await subscribed(relay, { imbalances: ["NFLX"], quotes: ["NFLX"] });
    await vi.waitFor(() => expect(third.frames).toHaveLength(1), WAIT_OPTIONS);
    expect(third.frames.flat().map(({ T }) => T)).toEqual(["q"]);
    expect((await fakeObject(env.ORDER_BOOK, "NFLX").subscriptions()).map(([name]) => name)).toContain(relay.name);
  });
});
