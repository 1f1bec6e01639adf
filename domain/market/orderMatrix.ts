/**
 * The order matrix: which orders the exchange accepts, by type, time in force, class and session. Validation, docs/orders.md
 * and the tests of every cell derive from it. Instructions are in ../order/instructions.ts.
 */
import { type CombinationReason, refusedAlways } from "../order/combinations.ts";
import type { OrderClass } from "../order/orderClass.ts";
import { hasTrigger, type OrderType, rulesOf } from "../order/orderType.ts";
import { isForAuction, isImmediate, type TimeInForce } from "../order/timeInForce.ts";
import type { OrderSession } from "./schedule.ts";

export const ORDER_SESSIONS = [
  "always",
  "overnight",
  "pre",
  "opening",
  "regular",
  "closing",
  "post",
  "closed",
] as const satisfies readonly OrderSession[];

/** Reasons of the refusal catalogue that a cell may have. */
export type CellReason = CombinationReason | "no_auction" | "auction_hours" | "immediate_out_of_hours";

/**
 * What happens to an order of a cell. `live`: it is eligible at once (in an auction phase it takes part in the uncross).
 * `waits`: it is accepted and waits for its session, auction or trigger; with a reason, it is refused in part of the session
 * for that reason. `refused`: it is never accepted.
 */
export type Cell =
  | { readonly verdict: "live" }
  | { readonly verdict: "waits"; readonly reason?: "auction_hours" }
  | { readonly verdict: "refused"; readonly reason: CellReason };

const LIVE: Cell = { verdict: "live" };
const WAITS: Cell = { verdict: "waits" };
const refused = (reason: CellReason): Cell => ({ verdict: "refused", reason });

const LETTERS: Readonly<Record<string, Cell>> = {
  L: LIVE,
  w: WAITS,
  h: { verdict: "waits", reason: "auction_hours" },
  x: refused("immediate_out_of_hours"),
  c: refused("auction_hours"),
  n: refused("no_auction"),
};

/** The cells of each kind of order, in the order of ORDER_SESSIONS (OB-31, OB-33, MK-7). */
const BEHAVIOURS = {
  market: "LwwwLwww",
  limit: "LwwLLLww",
  extended: "LLLLLLLw",
  trigger: "LwwwLwww",
  immediate: "LxxxLxxx",
  opg: "nwwhcchh",
  cls: "nwwwhchh",
} as const;

function behaviourOf(type: OrderType, timeInForce: TimeInForce, extended: boolean): keyof typeof BEHAVIOURS {
  if (isForAuction(timeInForce)) return timeInForce;
  if (isImmediate(timeInForce)) return "immediate";
  if (hasTrigger(type)) return "trigger";
  const { liveAs } = rulesOf(type);
  return liveAs === "limit" && extended ? "extended" : liveAs;
}

/** What happens to an order of this type, time in force and class that arrives in a session. */
export function cell(
  type: OrderType,
  timeInForce: TimeInForce,
  orderClass: OrderClass,
  session: OrderSession,
  extended = false,
): Cell {
  const reason = refusedAlways(type, timeInForce, orderClass);
  if (reason !== null) return refused(reason);
  const letter = BEHAVIOURS[behaviourOf(type, timeInForce, extended)][ORDER_SESSIONS.indexOf(session)] ?? "";
  const verdict = LETTERS[letter];
  if (verdict === undefined) throw new Error(`no such session: ${session}`);
  return verdict;
}
