import { anyone, type MethodRules, signedInFresh, signInAttempt } from "../../accessRule.ts";

/** Signing up and in with a password. */
export const IDENTITY_ACCESS = {
  "/v1/auth/register": { POST: signInAttempt },
  "/v1/auth/verify": { POST: signInAttempt },
  "/v1/auth/login": { POST: signInAttempt },
  "/v1/auth/password": { POST: signedInFresh },
  "/v1/auth/password/forgot": { POST: signInAttempt },
  "/v1/auth/password/reset": { POST: signInAttempt },
  // Where links in mail lead: forms that ask the routes above.
  "/account/register": { GET: anyone, POST: anyone },
  "/account/verify": { GET: anyone, POST: anyone },
  "/account/reset": { GET: anyone, POST: anyone },
  "/account/forgot": { GET: anyone, POST: anyone },
  // Shown only where mail is not sent (MAILER).
  "/dev/outbox": { GET: anyone },
  "/dev/outbox.json": { GET: anyone },
} as const satisfies Readonly<Record<string, MethodRules>>;
