/** How orders that were sent together depend on each other; "simple" is one alone. */
export type OrderClass = "simple" | "bracket" | "oco" | "oto";

export type LegRole = "take_profit" | "stop_loss";
