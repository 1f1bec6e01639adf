import { type AccessRules, anyCredential, type LoginRule } from "../../accessRule.ts";

/** Only traders have use for more accounts. */
const changes = { who: ["trader"], scope: null, freshlyVerified: true } as const satisfies LoginRule;

/** The accounts of a login. */
export const ACCESS = {
  "/v1/accounts": { GET: anyCredential, POST: changes },
  "/v1/accounts/:id": { PATCH: changes, DELETE: changes },
  "/v1/accounts/:id/reset": { POST: changes },
} as const satisfies AccessRules;
