import { type AccessRules, type LoginRule, reads, trades } from "../../accessRule.ts";

/** A key that may withdraw was made by a person who proved who it is; whoever is signed in does so now. */
const withdraws: LoginRule = { ...trades, scope: "withdraw", freshlyVerified: true, stepUp: "unless_key" };

/** Money out of the caller's account. */
export const ACCESS = {
  "/v1/withdrawals": { GET: reads, POST: withdraws },
} as const satisfies AccessRules;
