import { expect, test } from "vitest";
import { endOfTradingDay } from "../../../domain/market/session.ts";
import { KnownTops, TOP_AGE_MS } from "./knownTops.ts";

const NOON = Date.UTC(2026, 10, 24, 17);
const top = (symbol: string) => ({ symbol, bid: null, ask: null, last: null, sequence: 0, at: 0 });

test("EQ-11: a top is known for a second, not over the end of the trading day, not when the clock is set back", () => {
  const known = new KnownTops();
  known.put("AAPL", top("AAPL"), NOON);
  const at = (time: number) => known.recent("AAPL", time) !== undefined;
  expect([NOON - 1, NOON, NOON + TOP_AGE_MS - 1, NOON + TOP_AGE_MS].map(at)).toEqual([false, true, true, false]);
  expect(known.recent("MSFT", NOON)).toBeUndefined();
  const end = endOfTradingDay(NOON);
  known.put("AAPL", top("AAPL"), end - 2);
  expect([end - 1, end].map(at)).toEqual([true, false]);
});

test("EQ-11: what is known is bounded", () => {
  const known = new KnownTops();
  for (let nth = 0; nth <= 5_000; nth++) known.put(`S${nth}`, top(`S${nth}`), NOON);
  expect([known.recent("S0", NOON), known.recent("S1", NOON)?.symbol]).toEqual([undefined, "S1"]);
});
