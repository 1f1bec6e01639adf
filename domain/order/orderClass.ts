/** How orders that were sent together depend on each other; "simple" is one alone. */
export const ORDER_CLASSES = ["simple", "bracket", "oto", "oco"] as const;
export type OrderClass = (typeof ORDER_CLASSES)[number];

/** What a leg is for: an exit at a profit, or an exit that bounds the loss. */
export type LegRole = "take_profit" | "stop_loss";
