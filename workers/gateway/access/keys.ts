import { type PathRules, signedIn } from "./rule.ts";

/** API keys. */
export const KEYS_ACCESS = {
  "/v1/keys": { GET: signedIn, POST: signedIn },
  "/v1/keys/:id": { PATCH: signedIn, DELETE: signedIn },
} as const satisfies Readonly<Record<string, PathRules>>;
