import {
  anyone,
  anyCredential,
  type MethodRules,
  signedIn,
  signedInFresh,
  signInAttempt,
  steppedUp,
} from "../../accessRule.ts";

/** Signing in with other providers, and apps of other people on our API. */
export const OAUTH_ACCESS = {
  "/v1/auth/external": { GET: anyone },
  "/v1/auth/links": { GET: signedIn },
  "/v1/auth/external/:provider": { GET: signInAttempt, POST: steppedUp, DELETE: steppedUp },
  // Knows its caller by the sealed cookie that the way to the provider began with.
  "/v1/auth/external/:provider/callback": { GET: signInAttempt },
  "/v1/apps": { GET: signedIn, POST: steppedUp },
  "/v1/apps/:id": { DELETE: signedInFresh },
  "/v1/auth/apps": { GET: signedIn },
  "/v1/auth/apps/:id": { DELETE: signedInFresh },
  // Pages: whoever is not signed in is sent to sign in; what they post is bound to the session or the form.
  // What the form asks of the API is counted there as a sign-in.
  "/auth/sign-in": { GET: anyone, POST: anyone },
  "/auth/sign-out": { GET: anyone, POST: anyone },
  "/oauth/authorize": { GET: anyone, POST: anyone },
  // Know their callers by codes and tokens, and apps by their secrets.
  "/oauth/token": { POST: anyone },
  "/oauth/revoke": { POST: anyone },
  "/oauth/userinfo": { GET: anyCredential, POST: anyCredential },
  "/.well-known/openid-configuration": { GET: anyone },
  "/.well-known/oauth-authorization-server": { GET: anyone },
} as const satisfies Readonly<Record<string, MethodRules>>;
