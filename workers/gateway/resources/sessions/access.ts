import { type AccessRules, anyone, signedIn, signedInFresh } from "../../accessRule.ts";

/** Sessions and their tokens. */
export const ACCESS = {
  // The handlers verify the refresh token.
  "/v1/auth/refresh": { POST: anyone },
  "/v1/auth/logout": { POST: anyone },
  "/v1/auth/sessions": { GET: signedIn, DELETE: signedInFresh },
  "/v1/auth/sessions/:id": { DELETE: signedInFresh },
  "/v1/auth/events": { GET: signedIn },
  "/.well-known/jwks.json": { GET: anyone },
} as const satisfies AccessRules;
