import { anyone, type PathRules, signedIn } from "./rule.ts";

/** Signing in and out, sessions and keys. */
export const IDENTITY_ACCESS = {
  "/v1/auth/register": { POST: anyone },
  "/v1/auth/login": { POST: anyone },
  "/v1/.well-known/jwks.json": { GET: anyone },
  "/v1/keys": { POST: signedIn },
} as const satisfies Readonly<Record<string, PathRules>>;
