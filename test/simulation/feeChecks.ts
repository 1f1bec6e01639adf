/** Fees in the simulation: accounts have fee plans, and the trail alone gives every fee and the 30-day volume. */
import { parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { FeePlan } from "../../domain/fees/catalogue.ts";
import { feesOfFill, NO_FEES, type OrderFees } from "../../domain/fees/fillFees.ts";
import { FEE_PLAN_NAMES, type FeePlanName } from "../../domain/fees/planNames.ts";
import { loadFeePlan, type SavedFeePlan } from "../../domain/fees/savedPlan.ts";
import { VOLUME_DAYS } from "../../domain/fees/tierVolume.ts";
import { hashText } from "../../domain/ids.ts";
import { dollars } from "../../domain/account/state/record.ts";
import { balances, CASH } from "../../domain/account/ledger/ledger.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { tradeDay } from "../../domain/settlement/settlement.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { recordsOf, type ReplayedAccount } from "./replay.ts";

/** The fee plan of an account; null: it never gets one. */
export function feePlanOf(accountId: string): FeePlanName | null {
  return FEE_PLAN_NAMES[hashText(accountId) % (FEE_PLAN_NAMES.length + 1)] ?? null;
}

interface KnownOrder {
  readonly plan: FeePlan | undefined;
  readonly reserve: number;
  charged: number;
  fees: OrderFees;
}

const units = (text: unknown, decimals = PRICE_DECIMALS): number => {
  const value = parseDecimal(typeof text === "string" ? text : "0", decimals);
  if (typeof value !== "number") throw new Error(`no amount: ${String(text)}`);
  return value;
};

/** PF-46 to PF-48: each fee follows from the plan of its order and from the fills before it; the house has their sum. */
export function checkFees(account: ReplayedAccount): void {
  checkFeesOf(account.address, account.state, recordsOf(account));
}

/** The same for the audit records of an account. */
export function checkFeesOf(address: string, state: Readonly<AccountState>, records: Iterable<AuditRecord>): void {
  const plans = new Map<number, FeePlan>();
  const orders = new Map<string, KnownOrder>();
  const volume = new Map<number, number>();
  const regulatory = new Map<string, number>();
  let [house, newest, swept, sweptDay] = [0, 0, 0, ""];
  for (const { action, body } of records) {
    const id = String(body["order_id"]);
    if (action === "account.fee_plan_set") plans.set(Number(body["number"]), loadFeePlan(body["plan"] as SavedFeePlan));
    if (action === "order.accepted" || action === "order.replace_requested") {
      const plan = plans.get(Number(body["fee_plan"] ?? 0));
      orders.set(id, { plan, reserve: units(body["fee_reserve"]), charged: 0, fees: NO_FEES });
    }
    if (action === "order.replaced") {
      const [old, next] = [orders.get(id), orders.get(String(body["new_order_id"]))];
      if (old === undefined || next === undefined) continue;
      next.charged = old.charged;
      next.fees = old.fees;
    }
    if (action === "fees.swept") {
      const day = String(body["day"]);
      assert(day > sweptDay, `PF-52: ${address} sends the fees of ${day} once, after those of ${sweptDay}`);
      assertEqual(units(body["amount"]), house - swept, `PF-52: ${address} sends what it has not sent of ${day}`);
      const stated = (body["regulatory"] as { code: string; amount: string }[]).map((each) =>
        Object.values(each).join(),
      );
      const due = [...regulatory].map(([code, amount]) => `${code},${dollars(amount)}`);
      assertEqual(stated.join(), due.join(), `PF-52: the fees of regulators that ${address} sends`);
      [swept, sweptDay] = [house, day];
      regulatory.clear();
    }
    if (action !== "order.filled") continue;
    const order = orders.get(id);
    assert(order !== undefined, `PF-47: a fill of an order that was accepted: ${id}`);
    const asset = assetOf(String(body["symbol"]));
    const day = Math.max(newest, tradeDay(Number(body["executed_at"])));
    newest = day;
    const value = units(body["notional"]);
    let before = 0;
    for (const [of, sum] of volume) if (of < day && of >= day - VOLUME_DAYS) before += sum;
    volume.set(day, (volume.get(day) ?? 0) + value);
    if (order.plan === undefined) {
      assert(body["fees"] === undefined, `PF-47: order ${id} has no plan and pays nothing`);
      continue;
    }
    const side = body["side"] === "buy" ? "buy" : "sell";
    const schedule = order.plan.schedules[asset.assetClass];
    const { items, after } = feesOfFill(schedule, order.fees, {
      side,
      liquidity: body["liquidity"] as "maker" | "taker" | "auction",
      price: units(body["price"]),
      lots: units(body["qty"], asset.qtyDecimals),
      value,
      lotsPerShare: lotsPerShare(asset),
      volume: before,
      day,
      reserved: side === "buy" ? order.reserve - order.charged : 0,
    });
    const stated = ((body["fees"] ?? []) as { code: string; amount: string }[]).map(
      ({ code, amount }) => `${code} ${units(amount)}`,
    );
    const expected = items.map(({ code, amount }) => `${code} ${amount}`);
    assertEqual(stated.join(), expected.join(), `PF-47: the fees of a fill of ${id} follow from its plan`);
    for (const { code, amount } of items) {
      if (!schedule.regulatory.some((fee) => fee.code === code)) continue;
      regulatory.set(code, (regulatory.get(code) ?? 0) + amount);
    }
    const total = items.reduce((sum, { amount }) => sum + amount, 0);
    order.fees = after;
    order.charged += Math.max(0, total);
    house += total;
  }
  assertEqual(balances(state.ledger, CASH).house, house, `AC-6: the house has the fees of ${address}`);
  assertEqual(state.fees.swept, swept, `PF-52: ${address} knows what it has sent`);
  const kept = [...volume].filter(([of]) => of >= newest - VOLUME_DAYS).map((each) => each.join(":"));
  assertEqual(
    state.fees.volume.map((each) => each.join(":")).join(),
    kept.join(),
    `PF-46: the volume of ${address} is that of 30 days`,
  );
}
