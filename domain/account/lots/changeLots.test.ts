import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../state/events.ts";
import type { BookReport } from "../../matching/messages.ts";
import { endOfTradingDay } from "../../market/session.ts";
import { applyEntry } from "../apply.ts";
import { balances, owned } from "../ledger/ledger.ts";
import { applyReport } from "../orders/reports.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, orderWith, recorder } from "../testing.ts";
import { costBasisOf, lotsOf } from "./accountLots.ts";
import { LOTS_APART_MAX } from "../../portfolio/lots.ts";
import { changeLots, lotUpgrade } from "./changeLots.ts";
import { LOT_ROWS_A_RECORD } from "./lotRecords.ts";

const NOW = Date.UTC(2026, 10, 30, 15);
const DAY = 86_400_000;
const SHARE = 1_000_000;

let orders = 0;

/** Trades shares of AAPL at a price in dollars; gives the audit records. */
function trade(state: AccountState, side: "buy" | "sell", shares: number, price: number, at = NOW): AuditRecord[] {
  const out = recorder();
  const id = `o${++orders}`;
  const [qty, units] = [Math.round(shares * SHARE), Math.round(price * 10_000)];
  const order = orderWith(id, { side, qty, limitPrice: units });
  applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, at, out);
  const fill: BookReport = { kind: "fill", orderId: id, tradeId: orders, price: units, qty, liquidity: "taker", at };
  applyReport(state, fill, at + 5, out);
  return out.audits.filter(({ action }) => action !== "order.accepted");
}

function lots(state: AccountState): unknown[] {
  return (state.lots?.get("AAPL")?.lots ?? []).map(({ lotId, acquiredAt, quantity, cost, source }) => {
    return [lotId, acquiredAt, quantity / SHARE, cost / 10_000, source];
  });
}

describe("PF-10: lots of an account", () => {
  test("a buy adds a lot at the time of its trade, a sell takes the first lots, and the record names them", () => {
    const state = fundedAccount("a", 100_000_000, {});
    expect(trade(state, "buy", 2, 100)[0]?.body).toMatchObject({ lot_id: 1, executed_at: NOW });
    trade(state, "buy", 3, 110, NOW + DAY);
    const [sold] = trade(state, "sell", 4, 120, NOW + 2 * DAY);
    expect(sold?.body).toMatchObject({
      executed_at: NOW + 2 * DAY,
      disposal_id: 1,
      cost_basis: "420",
      gain: "60",
      lots: [
        [1, "2", "200", "240", "40", "short"],
        [2, "2", "220", "240", "20", "short"],
      ],
    });
    expect(sold?.body).not.toHaveProperty("wash_sales");
    expect(sold?.body).not.toHaveProperty("more_records");
    expect(lots(state)).toEqual([[2, NOW + DAY, 1, 110, "acquired"]]);
    expect(costBasisOf(state, "AAPL")).toBe(1_100_000);
  });

  test("shares sold at a loss and bought within 30 days are flagged at the sale, and at the later purchase", () => {
    const state = fundedAccount("a", 100_000_000, {});
    trade(state, "buy", 2, 100);
    trade(state, "buy", 1, 90, NOW + DAY);
    const [sold] = trade(state, "sell", 2, 80, NOW + 2 * DAY);
    expect(sold?.body["wash_sales"]).toEqual([[1, 1, 2, "1", "20"]]);
    const [bought] = trade(state, "buy", 5, 81, NOW + 20 * DAY);
    expect(bought?.body).toMatchObject({ lot_id: 3, wash_sales: [[1, 1, 3, "1", "20"]] });
    // The basis stays what was paid.
    expect(costBasisOf(state, "AAPL")).toBe(900_000 + 4_050_000);
  });

  test("deposited shares are a lot that was transferred in, with the basis of the deposit", () => {
    const state = fundedAccount("a", 0, {});
    const out = recorder();
    const deposit = { kind: "deposited", reference: "r", asset: "AAPL", amount: 2 * SHARE, cost: 77 } as const;
    applyEntry(state, { ...deposit, by: "x", origin: NO_ORIGIN }, NOW, out);
    expect(out.audits[0]?.body).toMatchObject({ lot_id: 1, cost_basis: "0.0077" });
    expect(lots(state)).toEqual([[1, NOW, 2, 0.0077, "transferred"]]);
  });

  test("a sale of all leaves no lots, and later lots have later numbers, also over a snapshot", () => {
    const before = fundedAccount("a", 100_000_000, {});
    trade(before, "buy", 2, 100);
    trade(before, "sell", 2, 100);
    const state = loadAccount(JSON.parse(JSON.stringify(saveAccount(before))));
    expect([lots(state), costBasisOf(state, "AAPL"), owned(state.ledger, "AAPL")]).toEqual([[], 0, 0]);
    expect(trade(state, "buy", 1, 100)[0]?.body).toMatchObject({ lot_id: 2 });
    expect(trade(state, "sell", 1, 100)[0]?.body).toMatchObject({ disposal_id: 2 });
  });

  test("a snapshot keeps every lot, and one of an earlier release has average cost", () => {
    const state = fundedAccount("a", 100_000_000, { AAPL: 5 });
    for (const price of [100, 101, 102]) trade(state, "buy", 1, price, NOW + price);
    const again = loadAccount(JSON.parse(JSON.stringify(saveAccount(state))));
    expect(again.lots).toEqual(state.lots);
    const { lots: _, ...earlier } = JSON.parse(JSON.stringify(saveAccount(fundedAccount("a", 0, { AAPL: 5 }, true))));
    expect(loadAccount(earlier).lots).toBeNull();
  });
});

test("PF-2: the owner's setting says which lots are sold first, and the record of the sale says which did", () => {
  for (const [method, cost] of [
    ["fifo", 100],
    ["lifo", 101],
    ["highest_cost", 110],
  ] as const) {
    const state = fundedAccount("a", 100_000_000, {});
    const changes = { lotMethod: method };
    applyEntry(state, { kind: "settings_changed", changes, origin: NO_ORIGIN }, NOW, recorder());
    for (const [nth, price] of [100, 110, 101].entries()) trade(state, "buy", 1, price, NOW + nth);
    const body = trade(state, "sell", 1, 120, NOW + 9)[0]?.body;
    expect([body?.["cost_basis"], body?.["lot_method"]]).toEqual([
      String(cost),
      method === "fifo" ? undefined : method,
    ]);
  }
});

test("PF-3: fees are in the cost of a purchase, which is not below nothing, and not in the proceeds of a sale", () => {
  const state = fundedAccount("a", 0, {});
  const shares = { symbol: "AAPL", quantity: 2, at: NOW };
  expect(changeLots(state, "buy", shares, 100, 7)?.bought).toMatchObject({ cost: 107 });
  expect(changeLots(state, "buy", shares, 3, -7)?.bought).toMatchObject({ cost: 0 });
  expect(changeLots(state, "sell", shares, 100, 7)?.disposal).toMatchObject({ cost: 107, gain: -14 });
  expect(changeLots(state, "sell", shares, 3, 7)?.disposal).toMatchObject({ cost: 0, gain: -4 });
});

describe("PF-11: an account of an earlier release", () => {
  /** Bought 2 at 100 and 2 at 110, sold 1: 3 left at 105. */
  function averaged(): AccountState {
    const state = fundedAccount("a", 100_000_000, { F: 7 }, true);
    trade(state, "buy", 2, 100);
    trade(state, "buy", 2, 110);
    expect(trade(state, "sell", 1, 120)[0]?.body).not.toHaveProperty("lots");
    return state;
  }

  test("becomes one lot of each position, once, and its record says so", () => {
    const state = averaged();
    const out = recorder();
    const [entry] = lotUpgrade(state);
    if (entry === undefined) throw new Error("no entry");
    const later = NOW + 100 * DAY;
    applyEntry(state, entry, later, out);
    const acquiredAt = endOfTradingDay(NOW) - 1;
    expect(lots(state)).toEqual([[1, acquiredAt, 3, 315, "migrated"]]);
    expect(state.lots?.get("F")?.lots).toMatchObject([{ quantity: 7, cost: 0, source: "migrated" }]);
    expect(out.audits).toMatchObject([
      {
        action: "lots.opened",
        resource: "account/a",
        before: null,
        after: null,
        body: {
          replaces: "average_cost",
          acquired_at: acquiredAt,
          lots: [
            ["AAPL", 1, "3", "315"],
            ["F", 1, expect.any(String), "0"],
          ],
        },
      },
    ]);
    expect(lotUpgrade(state)).toEqual([]);
    applyEntry(state, entry, later, out);
    expect(out.audits).toHaveLength(1);
    expect(state.costBasis.size).toBe(0);
    // It is sold like any lot, and long only when everything in it certainly was.
    expect(trade(state, "sell", 1, 120, later)[0]?.body["lots"]).toEqual([[1, "1", "105", "120", "15", "short"]]);
    const [long] = trade(state, "sell", 1, 120, NOW + 370 * DAY);
    expect(long?.body["lots"]).toEqual([[1, "1", "105", "120", "15", "long"]]);
  });

  test("without a known trading day, or on the day itself, has lots acquired at the conversion", () => {
    for (const dayEnd of [0, NOW + DAY]) {
      const state = averaged();
      applyEntry(state, { kind: "lots_opened", dayEnd }, NOW + 9, recorder());
      expect(lots(state)).toEqual([[1, NOW + 9, 3, 315, "migrated"]]);
    }
  });

  test("is not converted before it is open, nor when it began with lots", () => {
    const state = fundedAccount("a", 0, {});
    expect(lotUpgrade(state)).toEqual([]);
    expect(lotUpgrade({ ...state, accountId: "", lots: null })).toEqual([]);
  });
});

test("PF-15: a position of very many lots has one lot of each day; its records say to which lot a fill was added", () => {
  const state = fundedAccount("a", 1e12, {});
  const shares = (at: number) => ({ symbol: "AAPL", quantity: 2, at });
  for (let nth = 0; nth < LOTS_APART_MAX; nth++) changeLots(state, "buy", shares(NOW - LOTS_APART_MAX + nth), 10, 0);
  const position = lotsOf(state.lots ?? new Map(), "AAPL");
  expect(position.lots).toHaveLength(LOTS_APART_MAX);
  const lotId = LOTS_APART_MAX;
  expect(changeLots(state, "buy", shares(NOW), 7, 0)?.bought).toEqual({ lotId, acquiredAt: NOW, quantity: 2, cost: 7 });
  expect(changeLots(state, "buy", shares(NOW + DAY), 8, 0)?.bought?.lotId).toBe(lotId + 1);
  expect(changeLots(state, "buy", shares(NOW + DAY + 1), 9, 0)?.bought?.lotId).toBe(lotId + 1);
  expect(position.lots.slice(-2)).toMatchObject([
    { lotId, acquiredAt: NOW - 1, quantity: 4, cost: 17 },
    { lotId: lotId + 1, acquiredAt: NOW + DAY, quantity: 4, cost: 17 },
  ]);
  expect([position.quantity, position.cost]).toEqual([2 * LOTS_APART_MAX + 6, 10 * LOTS_APART_MAX + 24]);
  // Below that number a fill is a lot of its own again.
  changeLots(state, "sell", { ...shares(NOW + DAY + 2), quantity: 6 }, 30, 0);
  expect(changeLots(state, "buy", shares(NOW + DAY + 3), 9, 0)?.bought?.lotId).toBe(lotId + 2);
});

describe("PF-12: the records of one fill", () => {
  const LOTS = 20_000;

  /** An account with 20,000 lots of a share at $100 each, bought in the last minutes. */
  function manyLots(): AccountState {
    const state = fundedAccount("a", 0, { AAPL: LOTS * SHARE });
    if (state.lots === null) throw new Error("no lots");
    state.lots.clear();
    const position = lotsOf(state.lots, "AAPL");
    for (let lotId = 1; lotId <= LOTS; lotId++) {
      const amounts = { quantity: SHARE, cost: 1_000_000, replaced: 0 };
      position.lots.push({ lotId, acquiredAt: NOW - LOTS + lotId, source: "acquired", ...amounts });
    }
    Object.assign(position, { quantity: LOTS * SHARE, cost: LOTS * 1_000_000, nextLotId: LOTS + 1 });
    return state;
  }

  test.each([
    ["a gain", 1, LOTS, 0],
    ["a loss, of which every other lot is replaced", 0.5, LOTS / 2, LOTS / 2],
  ])("of 20,000 lots sold with %s are each under 100 KB, and have every row once", (_, part, sold, washed) => {
    const state = manyLots();
    const records = trade(state, "sell", LOTS * part, part === 1 ? 101 : 99);
    const bytes = records.map((record) => new TextEncoder().encode(JSON.stringify(record)).length);
    expect(Math.max(...bytes)).toBeLessThan(100_000);
    const [first, ...more] = records;
    expect(first?.action).toBe("order.filled");
    expect(more.map(({ action, body }) => [action, body["part"]])).toEqual(
      more.map((_each, nth) => ["order.lots", nth + 1]),
    );
    expect(first?.body["more_records"]).toBe(more.length);
    expect(more).toHaveLength((sold + washed) / LOT_ROWS_A_RECORD - 1);
    const rows = (field: string) => records.flatMap(({ body }) => (body[field] ?? []) as unknown[][]);
    expect(rows("lots").map(([lotId]) => lotId)).toEqual(Array.from({ length: sold }, (_each, nth) => nth + 1));
    expect(rows("wash_sales")).toHaveLength(washed);
    expect(owned(state.ledger, "AAPL")).toBe((LOTS - sold) * SHARE);
    expect(balances(state.ledger, "AAPL").held).toBe(0);
    expect(costBasisOf(state, "AAPL")).toBe((LOTS - sold) * 1_000_000);
  });
});
