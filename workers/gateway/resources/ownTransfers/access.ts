import { type AccessRules, type LoginRule, reads, trades } from "../../accessRule.ts";

/** Money out of an account, though it stays with its owner: a key needs the scope, a session no fresh proof. */
const transfers: LoginRule = { ...trades, scope: "withdraw", freshlyVerified: true };

/** Transfers between own accounts. */
export const ACCESS = {
  "/v1/transfers/internal": { GET: reads, POST: transfers },
} as const satisfies AccessRules;
