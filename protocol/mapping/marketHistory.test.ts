import { expect, test } from "vitest";
import { historyQuery, readHistoryQuery } from "./marketHistory.ts";

test("MD-61: asof is a date that there is, or a dash", () => {
  const accepts = (asof: string) => readHistoryQuery(historyQuery, new URLSearchParams({ symbols: "AAPL", asof })).ok;
  expect(["-", "2024-02-29", "2026-11-30"].map(accepts)).toEqual([true, true, true]);
  expect(["2026-13-45", "2026-02-29", "2026-11-30T00:00:00Z", "now"].map(accepts)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
