import { describe, expect, test } from "vitest";
import { DAY, SHARE, shareWorld } from "../../../test/model/shareWorld.ts";
import { descriptionOf } from "../../../protocol/mapping/activityText.ts";
import { accountNumberOf } from "../accountNumber.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { saveAccount } from "../state/save.ts";
import { applyEntry } from "../apply.ts";
import { lotUpgrade } from "../lots/changeLots.ts";
import type { AccountEntry } from "../state/entries.ts";
import { fundedAccount, recorder } from "../testing.ts";
import { balances, owned } from "./ledger.ts";
import { decideReceivedShares } from "./receivedShares.ts";
import { decideWithdrawal } from "./withdrawals.ts";

/** Two lots of a: 3 shares from before the purchase, at $1 and 4 bought at $100, a week ago. */
function funded() {
  const made = shareWorld();
  const { a, clock } = made;
  a.deposit("USD", 100_000_000);
  a.deposit("AAPL", 3 * SHARE, 30_000);
  clock.now += DAY;
  a.order("bought", "buy", "4");
  a.fill("bought");
  return made;
}

describe("AC-95: shares move with their tax lots", () => {
  test("they leave with the request, and arrive with their dates and costs; nothing is realised", () => {
    const { a, b, clock, deliver, total } = funded();
    clock.now += 2 * DAY;
    const before = a.lots();
    const basis = total();
    expect(a.move("gift", "AAPL", "4.5", "b")).toMatchObject({
      ok: true,
      value: { state: "pending", amount: 0, shares: { symbol: "AAPL", qty: 4_500_000, cost: 30_000 + 1_500_000 } },
    });
    expect(a.lots()).toEqual([[2, before[1]?.[1], 2_500_000, 2_500_000, "acquired"]]);
    expect(balances(a.state().ledger, "AAPL")).toMatchObject({ available: 2_500_000, held: 0 });
    a.check();
    while (deliver());
    expect(b.lots()).toEqual([
      [1, before[0]?.[1], 3_000_000, 30_000, "transferred"],
      [2, before[1]?.[1], 1_500_000, 1_500_000, "transferred"],
    ]);
    expect(total()).toEqual(basis);
    for (const each of [a, b]) each.check();
    const { type, qty, cost, lots, description } = a.out.activities.at(-1) as unknown as Record<string, unknown>;
    expect([type, qty, cost, lots]).toMatchObject(["JNLS", -4_500_000, -1_530_000, [{ lotId: 1 }, { lotId: 2 }]]);
    expect([description, descriptionOf({ description: String(description) })]).toEqual([
      "Transfer to b",
      `Transfer to ${accountNumberOf("b")}`,
    ]);
    expect(b.out.activities.at(-1)).toMatchObject({ type: "JNLS", qty: 4_500_000, cost: 1_530_000 });
    expect(a.out.audits.slice(-2).map(({ action }) => action)).toEqual(["transfer.requested", "transfer.settled"]);
    expect(b.out.audits.at(-1)).toMatchObject({
      action: "transfer.received",
      body: { from_account_id: "a", asset: "AAPL", amount: "4.5", cost_basis: "153", lots: [{}, {}] },
    });
    // Sold at once in the other account, they have the holding period and the gain of their purchase.
    b.order("sale", "sell", "4.5");
    b.fill("sale");
    expect(b.out.audits.at(-1)?.body).toMatchObject({ cost_basis: "153", gain: "297" });
    b.check();
  });

  test.each([
    ["of another user", "c"],
    ["that is closed", "b"],
  ])("an account %s refuses them, and they are put back as they were", (_, to) => {
    const { a, b, clock, deliver } = funded();
    b.apply({ kind: "closed", origin: NO_ORIGIN });
    clock.now += 2 * DAY;
    const before = saveAccount(a.state()).lots;
    expect(a.move("gift", "AAPL", "4.5", to)).toMatchObject({ ok: true });
    while (deliver());
    expect(saveAccount(a.state()).lots).toEqual(before);
    a.check();
    expect([...a.kept.values()]).toMatchObject([{ state: "rejected", refusal: "transfer_invalid" }]);
    expect(a.out.activities.slice(-2)).toMatchObject([
      { type: "JNLS", qty: -4_500_000, cost: -1_530_000 },
      { type: "JNLS", qty: 4_500_000, cost: 1_530_000 },
    ]);
  });

  test("shares are refused when something else was posted with the reference of their transfer", () => {
    const { b } = funded();
    const lots = [{ acquiredAt: 1, quantity: 4_500_000, cost: 5 }];
    const offered = { reference: "own/t", symbol: "AAPL", amount: "4.5", lots };
    const decide = (asset: string, amount: number) =>
      decideReceivedShares(b.state(), offered, { asset, amount }, { by: "ann", payer: "a" }, NO_ORIGIN);
    const taken = { entries: [], outcome: { ok: false, refusal: { reason: "deposit_reference_taken" } } };
    expect([decide("AAPL", 1), decide("USD", 4_500_000)]).toEqual([taken, taken]);
    expect(decide("AAPL", 4_500_000)).toMatchObject({ entries: [], outcome: { ok: true } });
  });

  test("PF-68: what open orders hold, what has not settled and what is not there is refused with the numbers", () => {
    const { a, clock } = funded();
    const numbers = (qty: string) => {
      const outcome = a.move(`r ${qty}`, "AAPL", qty, "b");
      if (outcome.ok || outcome.refusal.reason !== "insufficient_transferable") throw new Error("not refused");
      const { needed, available, most, held, unsettled, through } = outcome.refusal;
      return [needed, available, most, held, unsettled, through];
    };
    const settles = Math.floor(clock.now / DAY) + 1;
    expect(numbers("3.000001")).toEqual([3_000_001, 3_000_000, 3_000_000, 0, 4_000_000, settles]);
    clock.now += DAY;
    expect(numbers("7.000001")).toEqual([7_000_001, 7_000_000, 7_000_000, 0, 0, null]);
    a.order("sale", "sell", "5");
    expect(numbers("2.5")).toEqual([2_500_000, 2_000_000, 2_000_000, 5_000_000, 0, null]);
    expect(a.move("MSFT", "MSFT", "1", "b")).toMatchObject({ refusal: { asset: "MSFT", available: 0, most: 0 } });
    expect(a.move("cash", null, "9600.0001", "b")).toMatchObject({
      refusal: { reason: "insufficient_transferable", asset: "USD", needed: 96_000_001, available: 96_000_000 },
    });
    for (const [symbol, qty] of [
      ["no symbol", "1"],
      ["AAPL", "0"],
      ["AAPL", "-1"],
      ["AAPL", "0.0000001"],
    ] as const) {
      expect(a.move("bad", symbol, qty, "b")).toMatchObject({ refusal: { reason: "transfer_invalid" } });
    }
    expect(a.move("same", "AAPL", "1", "a")).toMatchObject({ refusal: { reason: "transfer_invalid" } });
    expect(a.move("most", "AAPL", "2", "b")).toMatchObject({ ok: true });
  });

  test("PF-68: bought with unsettled proceeds they wait until they are paid for; coins move at once", () => {
    const { a, clock } = funded();
    clock.now += DAY;
    a.order("s", "sell", "7");
    a.fill("s", 200_000_000);
    a.order("b", "buy", "100");
    a.fill("b", 1_000_000);
    expect(a.move("r", "AAPL", "1", "b")).toMatchObject({ refusal: { available: 0, unsettled: 100_000_000 } });
    clock.now += DAY;
    expect(a.move("r", "AAPL", "100", "b")).toMatchObject({ ok: true });
    a.deposit("BTC/USD", 5, 1);
    expect(a.move("coins", "BTC/USD", "0.00000005", "b")).toMatchObject({ ok: true });
  });

  test("an account of an earlier release moves parts of the one lot of its average cost", () => {
    const state = fundedAccount("old", 0, {}, true);
    const out = recorder();
    const apply = (...entries: readonly AccountEntry[]) => {
      for (const entry of entries) applyEntry(state, entry, 5 * DAY, out);
    };
    apply({ kind: "deposited", reference: "d", asset: "F", amount: 3, cost: 10, by: "admin", origin: NO_ORIGIN });
    apply(...lotUpgrade(state));
    const [known, to] = [{ byReference: () => undefined }, { address: "transfers/world", ownerRoute: null }];
    const asked = { reference: "r", symbol: "F", amount: "0.000002", to: "b" };
    apply(...decideWithdrawal(state, asked, known, "old", 20 * DAY, NO_ORIGIN, to).entries);
    expect(state.lots?.get("F")?.lots).toMatchObject([{ lotId: 1, source: "migrated", quantity: 1, cost: 3 }]);
    expect(out.transfers).toMatchObject([{ notice: { shares: { symbol: "F", lots: [{ quantity: 2, cost: 7 }] } } }]);
  });

  test("one reference is one transfer of the same shares", () => {
    const { a, b, clock, deliver } = funded();
    clock.now += 2 * DAY;
    const first = a.move("gift", "AAPL", "2", "b");
    const again = a.move("gift", "AAPL", "2", "b");
    expect([again, first].map((each) => each.ok && each.value.id)).toEqual([
      expect.any(String),
      first.ok && first.value.id,
    ]);
    for (const [symbol, qty, to] of [
      ["AAPL", "3", "b"],
      ["MSFT", "2", "b"],
      [null, "2", "b"],
      ["AAPL", "2", "c"],
    ] as const) {
      expect(a.move("gift", symbol, qty, to)).toMatchObject({ refusal: { reason: "withdrawal_reference_taken" } });
    }
    while (deliver());
    expect(a.move("gift", "AAPL", "2", "b")).toMatchObject({ ok: true, value: { state: "settled" } });
    expect([owned(a.state().ledger, "AAPL"), owned(b.state().ledger, "AAPL")]).toEqual([5_000_000, 2_000_000]);
  });

  test("at most 500 tax lots go at once; the refusal has the most that would pass", () => {
    const { a, b, clock, deliver } = shareWorld();
    for (let nth = 0; nth < 600; nth++) a.deposit("F", SHARE + nth, nth);
    clock.now += 2 * DAY;
    const outcome = a.move("all", "F", "600.1797", "b");
    const most = 500 * SHARE + (499 * 500) / 2;
    expect(outcome).toMatchObject({ refusal: { needed: 600_179_700, available: 600_179_700, most } });
    expect(a.move("most", "F", String(most / SHARE), "b")).toMatchObject({ ok: true });
    while (deliver());
    expect([a.lots("F").length, b.lots("F").length]).toEqual([100, 500]);
    for (const each of [a, b]) each.check();
    expect(JSON.stringify(b.out.audits.at(-1)).length).toBeLessThan(100_000);
  });

  const ofAll = { orderValue: null, positionValue: null, positionQty: 5, symbols: [] };
  const ofSymbol = { symbol: "AAPL", orderQty: null, orderValue: null, positionQty: 5 * SHARE };
  const others = { orderValue: null, positionValue: null, positionQty: 1, symbols: [ofSymbol] };
  test.each<[string, AccountEntry]>([
    ["the plan", { kind: "plan_limits_set", plan: { plan: "trader", version: 1, limits: ofAll } }],
    ["the plan for a symbol", { kind: "plan_limits_set", plan: { plan: "trader", version: 1, limits: others } }],
    ["the exchange", { kind: "controls_changed", changes: { limits: ofAll }, by: "admin", origin: NO_ORIGIN }],
    ["the owner", { kind: "settings_changed", changes: { limits: ofAll }, origin: NO_ORIGIN }],
  ])("a position limit for all symbols or of a plan refuses them, too: of %s", (_, limit) => {
    const { a, b, clock, deliver } = funded();
    clock.now += 2 * DAY;
    b.apply(limit);
    a.move("too many", "AAPL", "5.000001", "b");
    while (deliver());
    a.move("as many", "AAPL", "5", "b");
    while (deliver());
    expect([...a.kept.values()].map(({ state, refusal }) => [state, refusal])).toEqual([
      ["rejected", "order_limit"],
      ["settled", undefined],
    ]);
  });

  test("a position limit of the other account, in shares with its open buys, refuses them", () => {
    const { a, b, clock, deliver } = funded();
    clock.now += 2 * DAY;
    b.deposit("USD", 10_000_000);
    b.order("o", "buy", "2");
    const limits = {
      orderValue: null,
      positionValue: null,
      symbols: [{ symbol: "AAPL", orderQty: null, orderValue: null, positionQty: 5 * SHARE }],
    };
    b.apply({ kind: "controls_changed", changes: { limits }, by: "admin", origin: NO_ORIGIN });
    a.move("too many", "AAPL", "3.000001", "b");
    a.move("as many", "AAPL", "3", "b");
    while (deliver());
    expect([...a.kept.values()].map(({ state, refusal }) => [state, refusal])).toEqual([
      ["rejected", "order_limit"],
      ["settled", undefined],
    ]);
    for (const each of [a, b]) each.check();
  });
});
