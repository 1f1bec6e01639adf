/** The names of the fee plans (catalogue.ts). */
export const FEE_PLAN_NAMES = ["zero", "regulatory", "maker_taker", "per_share"] as const;
export type FeePlanName = (typeof FEE_PLAN_NAMES)[number];
