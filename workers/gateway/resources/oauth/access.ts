import { type AccessRules, anyCredential, anyone } from "../../accessRule.ts";

/** Our OAuth provider, for apps of other people. */
export const ACCESS = {
  "/oauth/authorize": { GET: anyone, POST: anyone },
  // The handlers verify codes, tokens and the secrets of apps.
  "/oauth/token": { POST: anyone },
  "/oauth/revoke": { POST: anyone },
  "/oauth/userinfo": { GET: anyCredential, POST: anyCredential },
  "/.well-known/openid-configuration": { GET: anyone },
  "/.well-known/oauth-authorization-server": { GET: anyone },
} as const satisfies AccessRules;
