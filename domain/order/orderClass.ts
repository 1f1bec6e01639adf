/** How orders that were sent together depend on each other; "simple" is a single order. */
export const ORDER_CLASSES = ["simple", "bracket", "oto", "oco"] as const;
export type OrderClass = (typeof ORDER_CLASSES)[number];

/** The role of a leg: an exit at a profit, or an exit that limits the loss. */
export type LegRole = "take_profit" | "stop_loss";
