/** The values of account settings that have few: also for the schemas of requests, which a browser imports. */

/** When a check of day trading applies. The exchange has none: the choice is kept for Alpaca's clients. */
export const DAY_TRADE_CHECKS = ["both", "entry", "exit"] as const;
export const CONFIRM_EMAILS = ["all", "none"] as const;
export const MARGIN_MULTIPLIERS = ["1", "2", "4"] as const;

/**
 * Which tax lots a sale takes first, unless its order names lots. `specific`: the owner means to name them; a sale that
 * names none is first in first out, the default of 26 CFR 1.1012-1(c)(1).
 */
export const SETTABLE_LOT_METHODS = ["fifo", "lifo", "highest_cost", "specific"] as const;

/** What happens to an order that repeats a recent one: nothing, a warning in the response, or a refusal. */
export const DUPLICATE_MODES = ["off", "warn", "refuse"] as const;
export type DuplicateMode = (typeof DUPLICATE_MODES)[number];

/** What counts as the loss of a day: that of its sales, or that of the account's equity; and what it does. */
export const LOSS_BASES = ["realized", "total"] as const;
export const LOSS_ACTIONS = ["refuse", "kill"] as const;

/** Most symbols with limits of their own: bounds the state of an account. */
export const LIMITED_SYMBOLS_MAX = 100;
