import { anyone, type PathRules, signedIn, signedInNow } from "./rule.ts";

/** Sessions and their tokens. */
export const SESSION_ACCESS = {
  // Know their caller by the refresh token.
  "/v1/auth/refresh": { POST: anyone },
  "/v1/auth/logout": { POST: anyone },
  "/v1/auth/sessions": { GET: signedIn, DELETE: signedInNow },
  "/v1/auth/sessions/:id": { DELETE: signedInNow },
  "/v1/auth/events": { GET: signedIn },
  "/v1/me": { GET: signedIn, PATCH: signedInNow },
  "/.well-known/jwks.json": { GET: anyone },
} as const satisfies Readonly<Record<string, PathRules>>;
