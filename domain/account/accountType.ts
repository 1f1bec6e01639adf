/** The types of trading accounts. A `margin` account follows the rules of a `cash` account until it has its own. */
export const ACCOUNT_TYPES = ["cash", "margin", "paper"] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];
