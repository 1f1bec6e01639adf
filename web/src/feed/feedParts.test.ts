import { describe, expect, test } from "vitest";
import { NO_HEALTH } from "./changes.ts";
import { ClockOffset } from "./clockOffset.ts";
import { healed, NO_GAPS, noticed } from "./gaps.ts";
import { mergeBatches } from "./mergeBatches.ts";
import type { Batch, Trade } from "./messages.ts";
import { Tapes } from "./tapes.ts";

const trade = (id: number, symbol = "AAPL"): Trade => ({
  symbol,
  id,
  price: 1,
  size: 1,
  at: id,
  side: null,
  conditions: [],
  seq: id,
});

describe("UI-12: trades", () => {
  test("are shown once and in order; what is missing is counted, and the list has no gap", () => {
    const tapes = new Tapes();
    tapes.add("AAPL", [trade(1), trade(2)]);
    const { kept, list, hasGap } = tapes.add("AAPL", [trade(2), trade(3), trade(6), trade(7)]);
    expect(hasGap).toBe(true);
    expect(kept.map(({ id }) => id)).toEqual([3, 6, 7]);
    expect(list.map(({ id }) => id)).toEqual([7, 6]);
    expect(tapes.counts).toEqual({ taken: 5, doubled: 1, missing: 2 });
    tapes.keepOnly(new Set());
    expect(tapes.add("AAPL", [trade(90)]).list).toHaveLength(1);
    expect(tapes.counts.missing).toBe(2);
  });

  test("that wait while prices are frozen are bounded, and what was dropped is no gap of the stream", () => {
    const batchOf = (trades: Trade[]): Batch => ({ ...EMPTY, trades });
    let all = batchOf([trade(1, "MSFT")]);
    for (let nth = 0; nth < 30; nth++) {
      all = mergeBatches(all, batchOf(Array.from({ length: 100 }, (_, at) => trade(nth * 100 + at))));
    }
    expect(all.trades.length).toBe(1_001);
    expect(all.dropped).toEqual(["AAPL"]);
    expect(all.gaps).toEqual([]);
  });
});

test("UI-13: a gap is counted once until it is healed, and then is one of before", () => {
  const first = noticed(noticed(NO_GAPS, ["AAPL", "MSFT"], 10), ["AAPL"], 20);
  expect(first).toEqual({ count: 2, lastAt: 10, open: ["AAPL", "MSFT"] });
  const healing = healed(first, ["AAPL", "NVDA"]);
  expect(healing).toEqual({ count: 2, lastAt: 10, open: ["MSFT"] });
  expect(healed(healing, ["AAPL"])).toBe(healing);
  expect(noticed(healing, ["AAPL"], 30)).toEqual({ count: 3, lastAt: 30, open: ["MSFT", "AAPL"] });
});

test("UI-13: the difference of the clocks is that of the shortest way there and back", () => {
  const clock = new ClockOffset();
  clock.add({ sentAt: 1_000, gotAt: 1_200, answeredAt: 1_010 });
  clock.add({ sentAt: 2_000, gotAt: 2_010, answeredAt: 1_975 });
  clock.add({ sentAt: 3_000, gotAt: 3_400, answeredAt: 3_390 });
  expect(clock.best).toEqual({ ms: 30, within: 5 });
});

const EMPTY: Batch = {
  kind: "batch",
  fresh: null,
  gaps: [],
  dropped: [],
  restarted: [],
  quotes: [],
  trades: [],
  bars: [],
  days: [],
  depth: [],
  queues: [],
  statuses: [],
  bands: [],
  imbalances: [],
  trading: [],
  health: { ...NO_HEALTH, market: "live", trading: "live" },
};
