/** The instructions that an order may carry besides its type and time in force. */
import { refusedAlways } from "./combinations.ts";
import { ORDER_CLASSES, type OrderClass } from "./orderClass.ts";
import { hasTrigger, isLiveAsMarket, ORDER_TYPES, type OrderType } from "./orderType.ts";
import { IMMEDIATE_TIMES, RESTING_TIMES, type TimeInForce } from "./timeInForce.ts";

/** Orders of every combination of these types, times in force and classes. */
interface Combinations {
  readonly types: readonly OrderType[];
  readonly times: readonly TimeInForce[];
  readonly classes: readonly OrderClass[];
}

interface InstructionRules {
  /** Its effect, as docs/orders.md describes it. */
  readonly meaning: string;
  /** Orders that may carry it. */
  readonly orders: readonly Combinations[];
}

const orders = (
  types: readonly OrderType[],
  times: readonly TimeInForce[],
  classes: readonly OrderClass[],
): Combinations => ({ types, times, classes });

/** Orders that rest in the book: limit orders, and stops that become limit orders. */
const RESTING = [
  orders(
    ORDER_TYPES.filter((type) => !isLiveAsMarket(type)),
    RESTING_TIMES,
    ["simple"],
  ),
  orders(["limit"], RESTING_TIMES, ["bracket", "oto", "oco"]),
];

/** An OCO has no minimum, because the fills of one exit reduce the other. */
const WITH_MINIMUM = [
  orders(ORDER_TYPES, RESTING_TIMES, ["simple"]),
  orders(
    ORDER_TYPES.filter((type) => !hasTrigger(type)),
    ["ioc"],
    ["simple"],
  ),
  orders(["limit"], RESTING_TIMES, ["bracket", "oto"]),
];

const SIMPLE_LIMIT = [orders(["limit"], RESTING_TIMES, ["simple"])];

/**
 * The one list of instructions, by the name of the field that carries each. Validation, the refusals, the API's
 * description and docs/orders.md derive from it.
 */
const RULES = {
  extended_hours: { meaning: "trades outside regular hours as well", orders: SIMPLE_LIMIT },
  notional: {
    meaning: "gives dollars to spend or to raise instead of a quantity",
    orders: [orders(["market"], ["day", "gtc", "ioc"], ["simple"])],
  },
  display_qty: { meaning: "displays this quantity at a time; the rest is a reserve (OB-22)", orders: RESTING },
  hidden: { meaning: "is never displayed (OB-21)", orders: RESTING },
  post_only: { meaning: "is closed if it would trade on entry (OB-23)", orders: RESTING },
  min_qty: { meaning: "executes at least this quantity at a time (OB-25, OB-26)", orders: WITH_MINIMUM },
  all_or_none: { meaning: "executes the whole open quantity at once (OB-25, OB-26)", orders: WITH_MINIMUM },
  peg: { meaning: "follows the best price of its side, or the middle (OB-29)", orders: SIMPLE_LIMIT },
  self_trade_prevention: {
    meaning: "chooses which order is cancelled when it would trade with its own account (OB-27)",
    // Auctions do not prevent self-trades (OB-27), so an auction order cannot ask for it.
    orders: [orders(ORDER_TYPES, [...RESTING_TIMES, ...IMMEDIATE_TIMES], ORDER_CLASSES)],
  },
} as const satisfies Readonly<Record<string, InstructionRules>>;

export type OrderInstruction = keyof typeof RULES;

export const ORDER_INSTRUCTIONS = Object.keys(RULES) as OrderInstruction[];

/**
 * Instructions that exclude each other. A refusal names the first pair that the order has. Orders with a minimum or a peg
 * are hidden anyway, so they may have `hidden`, but no displayed quantity.
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

/** The effect of an instruction, as the documentation describes it. */
export function meaningOf(instruction: OrderInstruction): string {
  return RULES[instruction].meaning;
}

/** True when an order of this type, time in force and class may carry the instruction. */
export function combines(
  instruction: OrderInstruction,
  type: OrderType,
  timeInForce: TimeInForce,
  orderClass: OrderClass,
): boolean {
  if (refusedAlways(type, timeInForce, orderClass) !== null) return false;
  const rules: InstructionRules = RULES[instruction];
  return rules.orders.some(
    ({ types, times, classes }) => types.includes(type) && times.includes(timeInForce) && classes.includes(orderClass),
  );
}
