export const TIMES_IN_FORCE = ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** True for an order that trades on entry and whose rest is cancelled. */
export function isImmediate(timeInForce: TimeInForce): boolean {
  return timeInForce === "ioc" || timeInForce === "fok";
}

/** True for an order that trades only in one auction. */
export function isForAuction(timeInForce: TimeInForce): timeInForce is "opg" | "cls" {
  return timeInForce === "opg" || timeInForce === "cls";
}

/** True for an order that may rest in the book until it expires. */
export function mayRest(timeInForce: TimeInForce): boolean {
  return !isImmediate(timeInForce) && !isForAuction(timeInForce);
}

export const RESTING_TIMES = TIMES_IN_FORCE.filter(mayRest);
export const IMMEDIATE_TIMES = TIMES_IN_FORCE.filter(isImmediate);
