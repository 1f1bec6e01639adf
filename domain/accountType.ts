/** The types of trading accounts. A `margin` account follows the rules of a `cash` account until it has its own. */
export const ACCOUNT_TYPES = ["cash", "margin", "paper"] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

/** `opening` and `closing`: asked for, and not carried out at the account yet. */
export const ACCOUNT_STATES = ["opening", "open", "closing", "closed"] as const;
export type AccountLifecycle = (typeof ACCOUNT_STATES)[number];
