import fc from "fast-check";
import { expect, test } from "vitest";
import { type EquityInput, equityHistory, partOf, type SymbolPrices, together, worthOf } from "./equity.ts";
import { type Movement, MovementSum, readMovement, saveMovement } from "./movement.ts";
import { PriceCursor } from "./priceSeries.ts";

const SHARE = 1_000_000;

function prices(before: number, ...pairs: readonly (readonly [at: number, price: number])[]): SymbolPrices {
  const series = { at: Float64Array.from(pairs, ([at]) => at), price: Float64Array.from(pairs, ([, price]) => price) };
  return { series, before };
}
const nothing: Movement = { at: 0, cash: 0, fees: 0, flows: [], trades: [] };
const noTrade = { bought: 0, sold: 0, realized: 0, fees: 0 };

test("EQ-3: days before a change have what was there, at the prices of then", () => {
  const input: EquityInput = {
    cash: 700,
    lots: [["AAPL", 3 * SHARE]],
    movements: [
      // Two shares bought for 100 each, and one cent of fees, on day 11; 500 deposited on day 12.
      {
        ...nothing,
        at: 11,
        cash: -201,
        fees: 1,
        trades: [{ ...noTrade, symbol: "AAPL", qty: 2 * SHARE, bought: 200, fees: 1 }],
      },
      { ...nothing, at: 12, cash: 500, flows: [{ type: "CSD", symbol: null, amount: 500, cost: 0 }] },
    ],
    moments: [10, 11, 12, 13],
    prices: new Map([["AAPL", prices(99, [10, 100], [12, 110])]]),
  };
  const { equity, flows, values } = equityHistory(input);
  expect(equity).toEqual([401 + 100, 200 + 300, 700 + 330, 700 + 330]);
  expect(flows.map((each) => each.map(({ type, value }) => `${type} ${value}`))).toEqual([[], [], ["CSD 500"], []]);
  expect([...values]).toEqual([["AAPL", Float64Array.of(100, 300, 330, 330)]]);
});

test("EQ-3: a symbol that is gone counts while it was there; before its first price it has the price before", () => {
  const trades = [{ ...noTrade, symbol: "MSFT", qty: -2 * SHARE, sold: 220 }];
  const input: EquityInput = {
    cash: 220,
    lots: [],
    movements: [{ ...nothing, at: 12, cash: 220, trades }],
    moments: [9, 10, 12],
    prices: new Map([["MSFT", prices(90, [10, 105])]]),
  };
  expect(equityHistory(input).equity).toEqual([180, 210, 220]);
});

test("EQ-4: shares that enter or leave are flows at the price of their day, on the next day with a point", () => {
  const input: EquityInput = {
    cash: 0,
    lots: [["AAPL", 4 * SHARE]],
    movements: [
      { ...nothing, at: 11, flows: [{ type: "JNLS", symbol: "AAPL", amount: 5 * SHARE, cost: 7 }] },
      { ...nothing, at: 12, flows: [{ type: "JNLS", symbol: "AAPL", amount: -SHARE, cost: -1 }] },
    ],
    moments: [10, 13],
    prices: new Map([["AAPL", prices(100, [12, 120])]]),
  };
  const { equity, flows } = equityHistory(input);
  expect(equity).toEqual([0, 480]);
  expect(flows[1]?.map(({ at, value }) => [at, value])).toEqual([
    [11, 500],
    [12, -120],
  ]);
});

test("EQ-3: values are rounded half-even, as everywhere, also those outside of the exact range of products", () => {
  expect(worthOf(SHARE / 2, 5, SHARE)).toBe(2);
  expect(worthOf(SHARE / 2, 7, SHARE)).toBe(4);
  expect(worthOf(-SHARE / 2, 7, SHARE)).toBe(-4);
  expect(worthOf(123_456_789_012_345, 98_765_432, SHARE)).toBe(12_193_263_100_137_108);
});

test("EQ-3: a movement is stored and read again; later ones add to it", () => {
  const sum = new MovementSum(5);
  sum.addTrade({ symbol: "AAPL", qty: 3, bought: 30, sold: 0, realized: 0, fees: 2 });
  sum.addFee(2);
  sum.addTrade({ symbol: "AAPL", qty: -1, bought: 0, sold: 15, realized: 5, fees: 0 });
  sum.addFlow({ type: "CSD", symbol: null, amount: 100, cost: 0 });
  sum.addFlow({ type: "JNLS", symbol: "MSFT", amount: 7, cost: 70 });
  const once = readMovement(structuredClone(saveMovement(sum.movement())));
  expect(once).toEqual({
    at: 5,
    cash: -30 - 2 + 15 + 100,
    fees: 2,
    flows: [
      { type: "CSD", symbol: null, amount: 100, cost: 0 },
      { type: "JNLS", symbol: "MSFT", amount: 7, cost: 70 },
    ],
    trades: [{ symbol: "AAPL", qty: 2, bought: 30, sold: 15, realized: 5, fees: 2 }],
  });
  const twice = new MovementSum(5);
  twice.add(once);
  twice.add({ ...once, at: 6 });
  expect(twice.movement()).toMatchObject({ at: 6, cash: 2 * once.cash, fees: 4 });
});

const SYMBOLS = ["AAPL", "MSFT", "BTC/USD"];
const PER_SHARE: Readonly<Record<string, number>> = { AAPL: SHARE, MSFT: SHARE, "BTC/USD": 100 * SHARE };

/** What happened in a day: a trade or a flow of a symbol, or cash. */
const event = fc.record({
  day: fc.integer({ min: 1, max: 12 }),
  kind: fc.constantFrom("trade", "shares", "cash", "fee"),
  symbol: fc.constantFrom(...SYMBOLS),
  qty: fc.integer({ min: -5 * SHARE, max: 50 * SHARE }),
  cash: fc.integer({ min: 0, max: 1_000_000 }),
});
const pricePoint = fc.record({
  day: fc.integer({ min: 0, max: 12 }),
  symbol: fc.constantFrom(...SYMBOLS),
  price: fc.integer({ min: 1, max: 5_000_000 }),
});

test("EQ-3, EQ-4: equals an account that is replayed forwards, and the change of equity is the gains and the flows", () => {
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 13 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.array(pricePoint), days, (events, points, asked) => {
      const moments = asked.sort((a, b) => a - b);
      const sorted = events.sort((a, b) => a.day - b.day);
      const sums = new Map<number, MovementSum>();
      for (const { day, kind, symbol, qty, cash } of sorted) {
        const sum = sums.get(day) ?? new MovementSum(day);
        sums.set(day, sum);
        if (kind === "trade") {
          const [bought, sold] = qty > 0 ? [cash, 0] : [0, cash];
          sum.addTrade({ symbol, qty, bought, sold, realized: 0, fees: 0 });
        } else if (kind === "shares") sum.addFlow({ type: "JNLS", symbol, amount: qty, cost: 0 });
        else if (kind === "cash") sum.addFlow({ type: qty > 0 ? "CSD" : "CSW", symbol: null, amount: qty, cost: 0 });
        else sum.addFee(cash);
      }
      const series = new Map(
        SYMBOLS.map((symbol) => {
          const own = new Map(points.filter((point) => point.symbol === symbol).map(({ day, price }) => [day, price]));
          return [symbol, prices(1_000, ...[...own].sort(([a], [b]) => a - b))] as const;
        }),
      );
      const priceOf = (symbol: string, day: number) => {
        const { series: of, before } = series.get(symbol) ?? prices(0);
        return new PriceCursor(of, before).at(day);
      };
      /** The account on a day, replayed. */
      const replay = (day: number) => {
        const held = new Map<string, number>();
        let cash = 0;
        for (const each of sorted.filter((one) => one.day <= day)) {
          if (each.kind === "cash") cash += each.qty;
          else if (each.kind === "fee") cash -= each.cash;
          else held.set(each.symbol, (held.get(each.symbol) ?? 0) + each.qty);
          if (each.kind === "trade") cash += each.qty > 0 ? -each.cash : each.cash;
        }
        return { cash, held };
      };
      const end = replay(99);
      const input: EquityInput = {
        cash: end.cash,
        lots: [...end.held],
        movements: [...sums.values()].map((sum) => sum.movement()),
        moments,
        prices: series,
      };
      const { equity, flows } = equityHistory(input);
      const parts = [null, new Set(["AAPL"]), new Set(["MSFT", "BTC/USD"])].map((symbols) => {
        return equityHistory(partOf(input, symbols));
      });
      const sum = parts.reduce((one, other) => together(one, other));
      expect(sum.equity).toEqual(equity);
      const worth = (each: typeof flows) => each.map((of) => of.reduce((total, { value }) => total + value, 0));
      expect(worth(sum.flows)).toEqual(worth(flows));
      const naive = moments.map((day) => {
        const { cash, held } = replay(day);
        const values = [...held].map(([symbol, qty]) => worthOf(qty, priceOf(symbol, day), PER_SHARE[symbol] ?? 1));
        return values.reduce((sum, value) => sum + value, cash);
      });
      expect(equity).toEqual(naive);
      const [first = 0, last = 0] = [moments[0], moments.at(-1)];
      const crossed = sorted
        .filter(({ day, kind }) => day > first && day <= last && (kind === "cash" || kind === "shares"))
        .map(({ kind, qty, symbol, day }) => [kind, kind === "cash" ? qty : priceOf(symbol, day) * qty] as const);
      const cashFlows = crossed.filter(([kind]) => kind === "cash").reduce((sum, [, value]) => sum + value, 0);
      const found = flows.flat().filter(({ symbol }) => symbol === null);
      expect(found.reduce((sum, { value }) => sum + value, 0)).toBe(cashFlows);
    }),
  );
});
