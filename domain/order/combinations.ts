/** Which types, times in force and classes go together, whatever the session. */
import type { OrderClass } from "./orderClass.ts";
import { hasTrigger, type OrderType, rulesOf } from "./orderType.ts";
import { mayRest, type TimeInForce } from "./timeInForce.ts";

/** Why a combination is refused at any time. */
export type CombinationReason = "time_in_force_for_type" | "class_for_type" | "class_for_time_in_force";

/** Why this combination is refused at any time; null when some session takes it. */
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
