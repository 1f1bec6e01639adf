import { expect, test } from "vitest";
import type { Bands, Imbalance, MarketStatus } from "../../feed/messages.ts";
import { noticesOf, timeLeft } from "./marketState.ts";

const status = (part: Partial<MarketStatus>): MarketStatus => ({
  symbol: "AAPL",
  code: "T",
  reason: "",
  phase: "continuous",
  session: "regular",
  since: 0,
  until: null,
  ...part,
});
const bands = (part: Partial<Bands>): Bands => ({
  symbol: "AAPL",
  upper: 110,
  lower: 90,
  indicator: "B",
  reference: 100,
  limit: "",
  since: 1_000,
  ...part,
});
const imbalance: Imbalance = { symbol: "AAPL", price: 100, paired: 5, imbalance: 1, side: "buy", at: 900 };
const view = { status: null, bands: null, imbalance: null, isStale: false, now: 1_000 };

test("UI-61: a market that trades as usual has nothing to say", () => {
  expect(noticesOf({ ...view, status: status({}), bands: bands({}) })).toEqual([]);
  expect(noticesOf(view)).toEqual([]);
});

test("UI-61: halts and pauses have their reason and end, closed markets their opening", () => {
  expect(noticesOf({ ...view, status: status({ code: "H", reason: "T1", until: 9_000 }) })).toEqual([
    { kind: "halted", reason: "T1", until: 9_000 },
  ]);
  expect(noticesOf({ ...view, status: status({ code: "P", reason: "LUDP" }) })).toMatchObject([{ kind: "paused" }]);
  expect(noticesOf({ ...view, status: status({ code: "C", until: 5 }) })).toEqual([{ kind: "closed", until: 5 }]);
});

test("UI-61: an auction has its indicative result, unless that is of an auction before", () => {
  const gathering = status({ code: "Q", phase: "reopening_auction", until: 11_000 });
  const auction = { kind: "auction", auction: "reopening_auction", until: 11_000 };
  expect(noticesOf({ ...view, status: gathering, imbalance })).toEqual([{ ...auction, result: imbalance }]);
  expect(noticesOf({ ...view, status: gathering, imbalance, now: 60_000 })).toEqual([{ ...auction, result: null }]);
  expect(noticesOf({ ...view, status: status({ until: 7 }), imbalance })).toMatchObject([{ auction: "closing_soon" }]);
});

test("UI-61: a limit state says which band and when the pause comes; stale prices are said besides", () => {
  const limited = noticesOf({ ...view, status: status({}), bands: bands({ limit: "upper" }), isStale: true });
  expect(limited).toEqual([{ kind: "limit", side: "upper", price: 110, until: 16_000 }, { kind: "stale" }]);
  expect(noticesOf({ ...view, status: status({ session: "post" }) })).toEqual([
    { kind: "extended", session: "extended" },
  ]);
});

test("UI-61: the time left is that of a clock", () => {
  expect([timeLeft(10_000, 9_500), timeLeft(299_000, 0), timeLeft(3_723_000, 0), timeLeft(0, 5_000)]).toEqual([
    "0:01",
    "4:59",
    "1:02:03",
    "0:00",
  ]);
});
