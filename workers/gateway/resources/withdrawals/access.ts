import { type AccessRules, type LoginRule, reads, trades } from "../../accessRule.ts";

/** A key with the scope was made after a step-up; a session must step up now. */
const withdraws: LoginRule = { ...trades, scope: "withdraw", freshlyVerified: true, stepUp: "unless_key" };

/** Money out of the caller's account. */
export const ACCESS = {
  "/v1/withdrawals": { GET: reads, POST: withdraws },
} as const satisfies AccessRules;
