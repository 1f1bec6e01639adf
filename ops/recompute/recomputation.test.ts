import { describe, expect, test } from "vitest";
import { shareOf, textOf, unitsOf } from "./amounts.ts";
import { type ExportedRow, Recomputation } from "./recomputation.ts";

let nth = 0;
const at = (day: number): string => `2026-03-${String(day).padStart(2, "0")}T15:00:00.000Z`;

function row(fields: ExportedRow): ExportedRow {
  return { id: String(++nth).padStart(9, "0"), fees: null, lots: null, qty: null, recorded_at: at(1), ...fields };
}

const cash = (amount: string): ExportedRow => row({ activity_type: "CSD", net_amount: amount });

function fill(side: "buy" | "sell", qty: string, amount: string, day: number, more: ExportedRow = {}): ExportedRow {
  const net = side === "buy" ? `-${amount}` : amount;
  return row({ activity_type: "FILL", symbol: "AAPL", side, qty, net_amount: net, transaction_time: at(day), ...more });
}

function of(...rows: ExportedRow[]) {
  const recomputation = new Recomputation();
  for (const each of rows) recomputation.add(each);
  return recomputation.result();
}

const fees = (...amounts: string[]) => ({ fees: amounts.map((amount) => ({ code: "taker", amount })) });

describe("AC-87: from an export alone follow", () => {
  test("cash, fees, lots in the sequence of their purchase, and gains with fees in cost and proceeds", () => {
    const result = of(
      cash("1000"),
      fill("buy", "2", "200", 3, fees("1.5", "0.5")),
      row({ activity_type: "FEE", net_amount: "-2" }),
      // Traded before the one above, and recorded later.
      fill("buy", "1", "90", 2),
      row({ activity_type: "JNLS", net_amount: "0", symbol: "AAPL", qty: "1", cost_basis: "50" }),
      fill("sell", "2.5", "300", 5, fees("3")),
      row({ activity_type: "FEE", net_amount: "-3" }),
      row({ activity_type: "CSW", net_amount: "-100" }),
    );
    expect(result).toMatchObject({
      rows: 8,
      cash: "905",
      fees: "5",
      // Proceeds of 297, less 50, 90 and a quarter of 202.
      realised: "106.5",
      positions: { AAPL: { qty: "1.5", cost: "151.5", lots: 1 } },
      lots: [{ symbol: "AAPL", lot: 1, acquiredAt: at(3), qty: "1.5", cost: "151.5" }],
    });
    expect(result.gains.map(({ lot, quantity, proceeds, cost }) => [lot, quantity, proceeds, cost])).toEqual([
      [3, "1", "118.8", "50"],
      [2, "1", "118.8", "90"],
      [1, "0.5", "59.4", "50.5"],
    ]);
  });

  test("the lots of a method that the owner has changed to", () => {
    const recomputation = new Recomputation("fifo");
    for (const amount of ["10", "30", "20"]) recomputation.add(fill("buy", "1", amount, 3));
    recomputation.add(fill("sell", "1", "40", 4));
    recomputation.use("highest_cost");
    recomputation.add(fill("sell", "1", "40", 4));
    expect(recomputation.result().gains.map(({ lot, gain }) => [lot, gain])).toEqual([
      [1, "30"],
      [2, "10"],
    ]);
  });

  test("a purchase that was added to the newest of very many lots, as its row says", () => {
    const bought = Array.from({ length: 10_000 }, () => fill("buy", "1", "2", 3));
    const added = (lot: number) => fill("buy", "1", "5", 3, { lots: [{ lot, qty: "1", cost_basis: "5" }] });
    const { lots, positions } = of(...bought, added(10_000));
    expect(positions).toMatchObject({ AAPL: { qty: "10001", cost: "20005", averageCost: "20005", lots: 10_000 } });
    expect(lots.at(-1)).toMatchObject({ lot: 10_000, qty: "2", cost: "7" });
    expect(() => of(...bought.slice(1), added(9_999))).toThrow(/made lot/);
  });

  test("the basis at average cost, with the remainder in the last sale", () => {
    const bought = [cash("1000"), fill("buy", "1", "0.0001", 2), fill("buy", "2", "0.0001", 3)];
    expect(of(...bought, fill("sell", "1", "1", 4)).positions["AAPL"]).toMatchObject({ averageCost: "0.0001" });
    expect(of(...bought, fill("sell", "3", "1", 4)).positions).toEqual({});
  });

  test.each([
    ["fifo", [1, 2]],
    ["lifo", [3, 2]],
    ["highest_cost", [2, 3]],
  ] as const)("the lots that %s sells", (method, expected) => {
    const recomputation = new Recomputation(method);
    const bought = [fill("buy", "1", "10", 2), fill("buy", "1", "30", 3), fill("buy", "1", "20", 4)];
    for (const each of [...bought, fill("sell", "1.5", "60", 5)]) recomputation.add(each);
    expect(recomputation.result().gains.map(({ lot }) => lot)).toEqual(expected);
  });

  test("shares that left take the first lots with them, and realise nothing", () => {
    const bought = [cash("1000"), fill("buy", "1", "10", 2), fill("buy", "1", "20", 3)];
    const left = row({ activity_type: "JNLS", net_amount: "0", symbol: "AAPL", qty: "-1.5" });
    expect(of(...bought, left)).toMatchObject({
      realised: "0",
      positions: { AAPL: { qty: "0.5", cost: "10", averageCost: "7.5" } },
    });
  });
});

describe("AC-87: lots that move between accounts", () => {
  const lot = { lot: 1, acquired_at: at(2), qty: "1", cost_basis: "10" };
  const moved = (qty: string, cost: string, ...lots: object[]) =>
    row({ activity_type: "JNLS", net_amount: "0", symbol: "AAPL", qty, cost_basis: cost, lots });
  const bought = () => [fill("buy", "3", "30", 2), fill("buy", "1", "20", 3)];
  const sent = (...lots: object[]) => moved("-2", "-20", { ...lot, qty: "2", cost_basis: "20" }, ...lots);

  test("leave with their share of the cost, and come back with their number and date", () => {
    const left = of(...bought(), sent(), fill("sell", "1", "15", 4));
    expect(left.lots).toMatchObject([{ lot: 2, qty: "1", cost: "20" }]);
    const back = () => moved("2", "20", { ...lot, qty: "2", cost_basis: "20" });
    const both = of(...bought(), sent(), fill("sell", "1", "15", 4), back());
    expect(both.lots).toMatchObject([
      { lot: 1, acquiredAt: at(2), qty: "2", cost: "20" },
      { lot: 2, qty: "1", cost: "20" },
    ]);
    expect(of(...bought(), sent(), back()).lots).toEqual(of(...bought()).lots);
    expect(both.realised).toBe("5");
  });

  test("arrive with their date and cost under the next number", () => {
    const { lots } = of(...bought(), moved("1", "7", { ...lot, lot: 3, acquired_at: at(1), cost_basis: "7" }));
    expect(lots.map(({ lot: number, acquiredAt }) => [number, acquiredAt])).toEqual([
      [3, at(1)],
      [1, at(2)],
      [2, at(3)],
    ]);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "another cost",
      () => of(...bought(), moved("-2", "-21", { ...lot, qty: "2", cost_basis: "21" })),
      /is 20, not 21/,
    ],
    ["another sum", () => of(...bought(), sent({ ...lot, lot: 2, cost_basis: "20" })), /not together/],
    ["a number that is not the next one", () => of(...bought(), moved("1", "7", { ...lot, lot: 4 })), /before lot 3/],
  ])("are refused with %s", (_, compute, message) => expect(compute).toThrow(message));
});

describe("AC-87: a row that contradicts those before it is refused", () => {
  const lot = { lot: 1, acquired_at: at(2), qty: "1", cost_basis: "10" };
  test.each<[string, () => unknown, RegExp]>([
    ["a row twice", () => of(...[cash("1")].flatMap((each) => [each, each])), /does not follow/],
    ["fees that nothing moves", () => of(fill("buy", "1", "1", 2, fees("1"))), /were not moved/],
    [
      "fees that are others",
      () => of(fill("buy", "1", "1", 2, fees("1")), row({ activity_type: "FEE", net_amount: "-2" })),
      /does not move the fees/,
    ],
    ["more than there is", () => of(fill("buy", "1", "1", 2), fill("sell", "2", "1", 3)), /more were sold/],
    [
      "a lot with another number",
      () => of(fill("buy", "1", "10", 2, { lots: [{ ...lot, lot: 2 }] })),
      /made lot 1 1 10, not 2/,
    ],
    [
      "a lot with another cost",
      () => of(fill("buy", "1", "10", 2, { lots: [{ ...lot, cost_basis: "9" }] })),
      /made lot 1 1 10, not 1 1 9/,
    ],
    [
      "a gain that is another",
      () =>
        of(
          fill("buy", "1", "10", 2, { lots: [lot] }),
          fill("sell", "1", "15", 3, { lots: [{ ...lot, proceeds: "15", gain: "4" }] }),
        ),
      /lot 1 is 10 15 5, not 10 15 4/,
    ],
    [
      "lots that the method does not sell",
      () => {
        const recomputation = new Recomputation("lifo");
        recomputation.add(fill("buy", "1", "10", 2));
        recomputation.add(fill("buy", "1", "10", 3));
        recomputation.add(fill("sell", "1", "15", 4, { lots: [{ ...lot, proceeds: "15", gain: "5" }] }));
      },
      /sold lots 2: 1 by the method, and names others/,
    ],
    ["an amount that is none", () => of(cash("1e3")), /not a decimal: 1e3/],
  ])("%s", (_, compute, message) => {
    expect(compute).toThrow(message);
  });

  test("and one that does not is not", () => {
    const sold = { ...lot, proceeds: "15", gain: "5" };
    const result = of(fill("buy", "1", "10", 2, { lots: [lot] }), fill("sell", "1", "15", 3, { lots: [sold] }));
    expect(result).toMatchObject({ cash: "5", realised: "5", positions: {} });
  });
});

test("AC-87: decimals are exact, and shares of cash are rounded half-even to 1/10,000 dollar", () => {
  expect(textOf(unitsOf("-12.000000010"))).toBe("-12.00000001");
  expect([shareOf(unitsOf("0.0005"), 1n, 2n), shareOf(unitsOf("0.0015"), 1n, 2n)].map(textOf)).toEqual([
    "0.0002",
    "0.0008",
  ]);
  expect(textOf(shareOf(unitsOf("-0.0005"), 1n, 2n))).toBe("-0.0002");
});
