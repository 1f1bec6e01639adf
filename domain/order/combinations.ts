/** Combinations of type, time in force and class that are accepted in at least one session. */
import type { OrderClass } from "./orderClass.ts";
import { hasTrigger, type OrderType, rulesOf } from "./orderType.ts";
import { mayRest, type TimeInForce } from "./timeInForce.ts";

/** Reasons for which a combination is refused in every session. */
export type CombinationReason = "time_in_force_for_type" | "class_for_type" | "class_for_time_in_force";

/** The reason for which this combination is refused in every session; null when at least one session accepts it. */
export function refusedAlways(
  type: OrderType,
  timeInForce: TimeInForce,
  orderClass: OrderClass,
): CombinationReason | null {
  if (!mayRest(timeInForce) && hasTrigger(type)) return "time_in_force_for_type";
  if (orderClass === "simple") return null;
  if (!rulesOf(type).groups.includes(orderClass)) return "class_for_type";
  return mayRest(timeInForce) ? null : "class_for_time_in_force";
}
