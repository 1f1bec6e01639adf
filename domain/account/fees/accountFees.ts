/**
 * The fee plans of an account, and its 30-day volume. An order is charged by the plan under which it was accepted, because
 * its hold was calculated from it: a new plan applies to new orders. Plans are in the journal as data, so a fill replays
 * exactly under every release.
 */
import { chargesNothing, type FeePlan, feePlanNamed } from "../../fees/catalogue.ts";
import { loadFeePlan, saveFeePlan, type SavedFeePlan } from "../../fees/savedPlan.ts";
import type { FeeSchedule } from "../../fees/schedule.ts";
import type { RegulatoryAmounts } from "../../house/messages.ts";
import { NO_VOLUME, type TierVolume } from "../../fees/tierVolume.ts";
import { assetOf } from "../../market/asset.ts";
import type { OpenOrders } from "../state/openOrders.ts";

export interface AccountFees {
  /** Number of the plan of new orders; 0 before the first plan, when nothing is charged. */
  current: number;
  /** The current plan, and those of open orders, by number. */
  readonly plans: Map<number, FeePlan>;
  volume: TierVolume;
  /** Fees that were sent to the house account so far, in 1/10,000 dollar (sweep.ts). */
  swept: number;
  /** Fees of regulators that were charged since, by code. Replaced as a whole, never changed. */
  regulatory: ReadonlyMap<string, number>;
}

/** The saved form; absent in snapshots of earlier releases. */
export interface SavedAccountFees {
  readonly current: number;
  readonly plans: readonly (readonly [number, SavedFeePlan])[];
  readonly volume: TierVolume;
  /** Left out: nothing was sent, and nothing is owed to regulators. */
  readonly swept?: number;
  readonly regulatory?: RegulatoryAmounts;
}

export function newAccountFees(): AccountFees {
  return { current: 0, plans: new Map(), volume: NO_VOLUME, swept: 0, regulatory: new Map() };
}

export function saveAccountFees({ current, plans, volume, swept, regulatory }: AccountFees): SavedAccountFees {
  return {
    current,
    plans: [...plans].map(([number, plan]) => [number, saveFeePlan(plan)] as const),
    volume,
    ...(swept === 0 ? {} : { swept }),
    ...(regulatory.size === 0 ? {} : { regulatory: [...regulatory] }),
  };
}

export function loadAccountFees(saved: SavedAccountFees | undefined): AccountFees {
  if (saved === undefined) return newAccountFees();
  const plans = new Map(saved.plans.map(([number, plan]) => [number, loadFeePlan(plan)] as const));
  const { current, volume, swept = 0, regulatory } = saved;
  return { current, plans, volume, swept, regulatory: new Map(regulatory) };
}

/** The plan of new orders; null: none was set, and nothing is charged. */
export function currentPlan({ current, plans }: Readonly<AccountFees>): FeePlan | null {
  return plans.get(current) ?? null;
}

/** The schedule of a plan for a symbol. Throws when the plan was dropped, which only a defect causes. */
export function scheduleOf({ plans }: Readonly<AccountFees>, plan: number, symbol: string): FeeSchedule {
  const found = plans.get(plan);
  if (found === undefined) throw new Error(`fee plan ${plan} of an order is gone`);
  return found.schedules[assetOf(symbol).assetClass];
}

/** The schedule by which a new order of a symbol is charged; null when it charges nothing. */
export function scheduleOfNew(fees: Readonly<AccountFees>, symbol: string): FeeSchedule | null {
  if (fees.current === 0) return null;
  const schedule = scheduleOf(fees, fees.current, symbol);
  return chargesNothing(schedule) ? null : schedule;
}

/** Makes a plan that of new orders, and drops those that no open order needs. */
export function setFeePlan(state: { readonly fees: AccountFees } & Pick<OpenOrders, "open">, plan: FeePlan): void {
  const { fees, open } = state;
  fees.current++;
  fees.plans.set(fees.current, plan);
  const needed = new Set<number | undefined>([fees.current]);
  for (const order of open.values()) needed.add(order.feePlan);
  for (const number of [...fees.plans.keys()]) if (!needed.has(number)) fees.plans.delete(number);
}

/** The newer version of the account's plan, if this release has one. */
export function newerPlan({ fees }: { readonly fees: Readonly<AccountFees> }): FeePlan | null {
  const plan = currentPlan(fees);
  if (plan === null) return null;
  const newest = feePlanNamed(plan.name);
  return newest !== undefined && newest.version > plan.version ? newest : null;
}
