import type { OrderClass } from "./orderClass.ts";

/** The prices that an order type needs, and how its orders behave. */
interface OrderTypeRules {
  /** The prices that the client must give; it may give no other. */
  readonly needs: readonly ("limit" | "stop")[];
  /** Reasons of the refusals for a missing price and for a price that the type does not have. */
  readonly missingPrice: string | null;
  readonly extraPrice: string | null;
  /** Kind of its trigger: at the stop price, or at a distance from the best price (`trail`). */
  readonly trigger: "stop" | "touch" | "trail" | null;
  /** How it trades once it is live, which is after its trigger if it has one. */
  readonly liveAs: "market" | "limit";
  /** Classes in which it may be the entry. An OCO has no entry: both of its orders are exits. */
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

/** Reasons for which an order is refused because of the prices that it has or lacks. */
export type PriceReason = NonNullable<(typeof RULES)[OrderType]["missingPrice" | "extraPrice"]>;

export const ORDER_TYPES = Object.keys(RULES) as OrderType[];

/** The prices that an order type needs, and how its orders behave. */
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
