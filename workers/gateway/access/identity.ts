import { anyone, type PathRules, signsIn } from "./rule.ts";

/** Signing in and out. */
export const IDENTITY_ACCESS = {
  "/v1/auth/register": { POST: signsIn },
  "/v1/auth/login": { POST: signsIn },
  "/v1/.well-known/jwks.json": { GET: anyone },
} as const satisfies Readonly<Record<string, PathRules>>;
