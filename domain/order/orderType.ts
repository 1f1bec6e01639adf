import type { OrderClass } from "./orderClass.ts";

/** What an order of a type needs, and how it behaves. */
interface OrderTypeRules {
  /** The client's prices that it needs; it may have no other. */
  readonly needs: readonly ("limit" | "stop")[];
  /** Why it is refused when one of these prices is missing, and when it has one that it must not have. */
  readonly missingPrice: string | null;
  readonly extraPrice: string | null;
  /** The kind of trigger that it waits for: at its stop price, or at a distance from the best price. */
  readonly trigger: "stop" | "touch" | "trail" | null;
  /** What it is once it is live: its trigger, if it has one, was reached. */
  readonly liveAs: "market" | "limit";
  /** Groups in which it may be the entry; an OCO has no entry, its own order is an exit. */
  readonly groups: readonly OrderClass[];
}

/**
 * The one list of order types: validation, the order matrix, the command to the book and the API's schemas derive from
 * it.
 */
const RULES = {
  market: {
    needs: [],
    missingPrice: null,
    extraPrice: "market_with_price",
    trigger: null,
    liveAs: "market",
    groups: ["bracket", "oto"],
  },
  limit: {
    needs: ["limit"],
    missingPrice: "limit_price_required",
    extraPrice: "limit_with_stop_price",
    trigger: null,
    liveAs: "limit",
    groups: ["bracket", "oto", "oco"],
  },
  stop: {
    needs: ["stop"],
    missingPrice: "stop_price_required",
    extraPrice: "stop_with_limit_price",
    trigger: "stop",
    liveAs: "market",
    groups: ["bracket", "oto"],
  },
  stop_limit: {
    needs: ["limit", "stop"],
    missingPrice: "stop_limit_prices_required",
    extraPrice: null,
    trigger: "stop",
    liveAs: "limit",
    groups: ["bracket", "oto"],
  },
  trailing_stop: {
    needs: [],
    missingPrice: null,
    extraPrice: "trail_with_price",
    trigger: "trail",
    liveAs: "market",
    groups: [],
  },
  market_if_touched: {
    needs: ["stop"],
    missingPrice: "touch_price_required",
    extraPrice: "touch_with_limit_price",
    trigger: "touch",
    liveAs: "market",
    groups: [],
  },
} as const satisfies Readonly<Record<string, OrderTypeRules>>;

export type OrderType = keyof typeof RULES;

/** Why an order of some type is refused for its prices. */
export type PriceReason = NonNullable<(typeof RULES)[OrderType]["missingPrice" | "extraPrice"]>;

export const ORDER_TYPES = Object.keys(RULES) as OrderType[];

/** What an order of a type needs, and how it behaves. */
export function rulesOf(
  type: OrderType,
): OrderTypeRules & Readonly<Record<"missingPrice" | "extraPrice", PriceReason | null>> {
  return RULES[type];
}

/** True for a type that waits for a trigger before it is live. */
export function hasTrigger(type: OrderType): boolean {
  return RULES[type].trigger !== null;
}

/** True for a type that is a market order once it is live. */
export function isLiveAsMarket(type: OrderType): boolean {
  return RULES[type].liveAs === "market";
}
