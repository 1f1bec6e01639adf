import fc from "fast-check";
import { expect, test } from "vitest";
import { priceText, stepped, tickAt, toTick } from "./price.ts";

const near = (symbol: string) => (price: number) => tickAt(symbol, price);

test("UI-36: a price on the chart is on a tick: cents, and hundredths of a cent of shares below a dollar", () => {
  const at = (symbol: string, price: number): string => priceText(price, tickAt(symbol, price));
  expect(at("AAPL", 190.5049)).toBe("190.50");
  expect(at("AAPL", 0.98765)).toBe("0.9877");
  expect(at("BTC/USD", 0.98765)).toBe("0.99");
  expect(at("AAPL", 0)).toBe("0.0001");
  expect(priceText(191.37, tickAt("AAPL", 191.37, "0.05"))).toBe("191.35");
});

test("UI-36: a step is one tick of the price that it leaves", () => {
  expect(stepped(190.5, 1, near("AAPL"))).toBe(190.51);
  expect(stepped(190.5, -10, near("AAPL"))).toBe(190.4);
  expect(stepped(1, -1, near("AAPL"))).toBe(0.9999);
  expect(stepped(0.9999, 1, near("AAPL"))).toBe(1);
});

test("UI-36: a price on a tick stays where it is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (cents) => {
      const price = cents / 100;
      const tick = price < 1 ? 0.0001 : 0.01;
      expect(toTick(price, tick)).toBe(price);
      expect(Number(priceText(price, tick))).toBe(price);
    }),
  );
});
