import { type AccessRules, anyone } from "../../accessRule.ts";

/** The reference of the API. */
export const ACCESS = {
  "/v1/openapi.json": { GET: anyone },
  "/v1/asyncapi.json": { GET: anyone },
  "/docs": { GET: anyone },
  "/docs/streams": { GET: anyone },
  "/docs/errors": { GET: anyone },
  "/docs/try": { GET: anyone },
  "/docs/*": { GET: anyone },
  "/favicon.svg": { GET: anyone },
  "/favicon.ico": { GET: anyone },
} as const satisfies AccessRules;
