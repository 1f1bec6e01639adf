import { expect, test } from "vitest";
import { missingTrades } from "./tapes.ts";

test("MD-54: a verification tells each gap of a tape", async () => {
  const gaps = new Map([
    ["AAPL", [{ after: 2, before: 6 }]],
    ["MSFT", []],
    ["F", [{ after: 9, before: 11 }]],
  ]);
  const exchange = { gaps: async (symbol: string) => gaps.get(symbol) ?? [] };
  expect(await missingTrades(exchange, [...gaps.keys()])).toEqual([
    "the tape of AAPL lacks the trades between 2 and 6",
    "the tape of F lacks the trades between 9 and 11",
  ]);
});
