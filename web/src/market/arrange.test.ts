import fc from "fast-check";
import { expect, test } from "vitest";
import { inSections, moved, sortedBy } from "./arrange.ts";

test("UI-50: a symbol that is moved is at its new place, and the others keep their order", () => {
  expect(moved(["A", "B", "C"], "A", 1)).toEqual(["B", "A", "C"]);
  expect(moved(["A", "B", "C"], "C", 0)).toEqual(["C", "A", "B"]);
  expect(moved(["A", "B"], "Z", 0)).toEqual(["A", "B"]);
  const list = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 });
  fc.assert(
    fc.property(list, fc.nat(), fc.nat(), (symbols, from, to) => {
      const symbol = symbols[from % symbols.length] ?? "";
      const after = moved(symbols, symbol, to % symbols.length);
      expect(after.indexOf(symbol)).toBe(to % symbols.length);
      expect(after.filter((one) => one !== symbol)).toEqual(symbols.filter((one) => one !== symbol));
    }),
  );
});

test("UI-50: symbols without a value are last, whatever the direction", () => {
  const values: Readonly<Record<string, number | null>> = { A: 2, B: null, C: 1, D: 2 };
  const valueOf = (symbol: string) => values[symbol] ?? null;
  expect(sortedBy(["A", "B", "C", "D"], valueOf, false)).toEqual(["C", "A", "D", "B"]);
  expect(sortedBy(["A", "B", "C", "D"], valueOf, true)).toEqual(["A", "D", "C", "B"]);
});

test("UI-50: sections have headings only when there are several classes", () => {
  const classOf = (symbol: string) => (symbol.includes("/") ? "crypto" : "us_equity");
  expect(inSections(["AAPL", "BTC/USD", "F"], classOf)).toEqual(["§us_equity", "AAPL", "F", "§crypto", "BTC/USD"]);
  expect(inSections(["AAPL", "F"], classOf)).toEqual(["AAPL", "F"]);
});
