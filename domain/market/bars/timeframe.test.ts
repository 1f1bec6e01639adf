import { expect, test } from "vitest";
import { parseTimeframe } from "./timeframe.ts";

const text = (name: string): string => {
  const found = parseTimeframe(name);
  return found === null ? "-" : `${found.count} ${found.unit}`;
};

test("MD-52: the timeframes of Alpaca and ccxt are read", () => {
  const asked = "1Min 59T 5min 15MIN 1Hour 23H 12h 1Day 1D 1day 3D 1Week 1w 1Month 1M 12M 6month 4M".split(" ");
  const read = [
    "1 minute,59 minute,5 minute,15 minute,1 hour,23 hour,12 hour,1 day,1 day,1 day,3 day",
    "1 week,1 week,1 month,1 month,12 month,6 month,4 month",
  ];
  expect(asked.map(text).join()).toBe(read.join());
});

test("MD-52: others are refused", () => {
  const asked = "60Min 0Min 24Hour 2Day 4D 2Week 5M 7Month 1m Min 01Min 1.5Hour -1Day 1Year 100T".split(" ");
  for (const name of [...asked, "", "1 Min"]) expect(text(name), name).toBe("-");
});
