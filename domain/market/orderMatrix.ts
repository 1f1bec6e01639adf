/**
 * Which orders the venue takes: type × time in force × class × session, and what may be asked for besides. The one place
 * that says so: validation, docs/orders.md and the tests that walk every cell are made from it.
 */
import type { TimeInForce } from "../order/timeInForce.ts";
import type { OrderType } from "../order/orderType.ts";
import type { OrderClass } from "../order/orderClass.ts";
import type { OrderSession } from "./schedule.ts";

export const ORDER_TYPES = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing_stop",
  "market_if_touched",
] as const satisfies readonly OrderType[];
export const TIMES_IN_FORCE = [
  "day",
  "gtc",
  "gtd",
  "ioc",
  "fok",
  "opg",
  "cls",
] as const satisfies readonly TimeInForce[];
export const ORDER_CLASSES = ["simple", "bracket", "oto", "oco"] as const satisfies readonly OrderClass[];
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

/** Why a cell refuses: reasons of the refusal catalogue. */
export type CellReason =
  | "time_in_force_for_type"
  | "class_for_type"
  | "class_for_time_in_force"
  | "no_auction"
  | "auction_hours"
  | "immediate_out_of_hours";

/**
 * `live`: it takes part at once (in an auction, it is gathered); `waits`: it is taken and waits for its session, auction
 * or trigger; with a reason it may be refused for it, by the clock. `refused`: never taken.
 */
export type Cell =
  | { readonly verdict: "live" }
  | { readonly verdict: "waits"; readonly reason?: "auction_hours" }
  | { readonly verdict: "refused"; readonly reason: CellReason };

const LASTING: readonly TimeInForce[] = ["day", "gtc", "gtd"];
const IMMEDIATE: readonly TimeInForce[] = ["ioc", "fok"];
const PLAIN: readonly OrderType[] = ["market", "limit"];

/** Entries of groups: what trails or waits for a touch comes alone. */
const CLASS_TYPES: Readonly<Record<OrderClass, readonly OrderType[]>> = {
  simple: ORDER_TYPES,
  bracket: ["market", "limit", "stop", "stop_limit"],
  oto: ["market", "limit", "stop", "stop_limit"],
  oco: ["limit"],
};

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

/** What each manner of order does in each session, in the order of ORDER_SESSIONS; rules OB-31, OB-33 and MK-7. */
const MANNERS = {
  market: "LwwwLwww",
  limit: "LwwLLLww",
  extended: "LLLLLLLw",
  trigger: "LwwwLwww",
  immediate: "LxxxLxxx",
  opg: "nwwhcchh",
  cls: "nwwwhchh",
} as const;

function mannerOf(type: OrderType, timeInForce: TimeInForce, extended: boolean): keyof typeof MANNERS {
  if (timeInForce === "opg" || timeInForce === "cls") return timeInForce;
  if (IMMEDIATE.includes(timeInForce)) return "immediate";
  if (type === "limit") return extended ? "extended" : "limit";
  return type === "market" ? "market" : "trigger";
}

/** The verdict on an order of this type, time in force and class that arrives in a session. */
export function cell(
  type: OrderType,
  timeInForce: TimeInForce,
  orderClass: OrderClass,
  session: OrderSession,
  extended = false,
): Cell {
  const reason = refusedAlways(type, timeInForce, orderClass);
  if (reason !== null) return refused(reason);
  const letter = MANNERS[mannerOf(type, timeInForce, extended)][ORDER_SESSIONS.indexOf(session)] ?? "";
  const verdict = LETTERS[letter];
  if (verdict === undefined) throw new Error(`no such session: ${session}`);
  return verdict;
}

/** Why no session takes this combination; null when one does. */
export function refusedAlways(type: OrderType, timeInForce: TimeInForce, orderClass: OrderClass): CellReason | null {
  if (!LASTING.includes(timeInForce) && !PLAIN.includes(type)) return "time_in_force_for_type";
  if (!CLASS_TYPES[orderClass].includes(type)) return "class_for_type";
  if (orderClass !== "simple" && !LASTING.includes(timeInForce)) return "class_for_time_in_force";
  return null;
}

/** What an order may ask for beside its type, by the name of the field that asks for it. */
export const ORDER_INSTRUCTIONS = [
  "extended_hours",
  "notional",
  "display_qty",
  "hidden",
  "post_only",
  "min_qty",
  "all_or_none",
  "peg",
  "self_trade_prevention",
] as const;
export type OrderInstruction = (typeof ORDER_INSTRUCTIONS)[number];

/** Orders that a condition goes with: every combination of what a line names. */
interface Combination {
  readonly types: readonly OrderType[];
  readonly times: readonly TimeInForce[];
  readonly classes: readonly OrderClass[];
}

const all = (
  types: readonly OrderType[],
  times: readonly TimeInForce[],
  classes: readonly OrderClass[],
): Combination => ({ types, times, classes });

/** What rests in the book: as a limit order, or as the limit order that a stop becomes. */
const RESTS = [all(["limit", "stop_limit"], LASTING, ["simple"]), all(["limit"], LASTING, ["bracket", "oto", "oco"])];
/** Two linked exits are reduced by each other's fills, which a minimum would contradict: not for an OCO. */
const MINIMUM = [
  all(ORDER_TYPES, LASTING, ["simple"]),
  all(PLAIN, ["ioc"], ["simple"]),
  all(["limit"], LASTING, ["bracket", "oto"]),
];

const COMBINES: Readonly<Record<OrderInstruction, readonly Combination[]>> = {
  extended_hours: [all(["limit"], LASTING, ["simple"])],
  notional: [all(["market"], ["day", "gtc", "ioc"], ["simple"])],
  display_qty: RESTS,
  hidden: RESTS,
  post_only: RESTS,
  min_qty: MINIMUM,
  all_or_none: MINIMUM,
  peg: [all(["limit"], LASTING, ["simple"])],
  // Auctions do not prevent self-trades (OB-27): asking for it there would be in vain.
  self_trade_prevention: [all(ORDER_TYPES, [...LASTING, ...IMMEDIATE], ORDER_CLASSES)],
};

/** True when an order of this type, time in force and class may ask for this. */
export function combines(
  condition: OrderInstruction,
  type: OrderType,
  timeInForce: TimeInForce,
  orderClass: OrderClass,
): boolean {
  if (refusedAlways(type, timeInForce, orderClass) !== null) return false;
  return COMBINES[condition].some(
    ({ types, times, classes }) => types.includes(type) && times.includes(timeInForce) && classes.includes(orderClass),
  );
}

/**
 * Conditions that contradict each other. A minimum and a peg hide an order by themselves: `hidden` beside them is no
 * contradiction, a displayed part is.
 */
export const EXCLUSIVE: readonly (readonly [OrderInstruction, OrderInstruction])[] = [
  ["display_qty", "hidden"],
  ["display_qty", "min_qty"],
  ["display_qty", "all_or_none"],
  ["display_qty", "peg"],
  ["post_only", "min_qty"],
  ["post_only", "all_or_none"],
  ["post_only", "peg"],
  ["min_qty", "all_or_none"],
  ["min_qty", "peg"],
  ["all_or_none", "peg"],
  ["notional", "min_qty"],
  ["notional", "all_or_none"],
];
