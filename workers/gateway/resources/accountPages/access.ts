import { type AccessRules, anyone } from "../../accessRule.ts";

/** Pages that links in e-mails lead to: forms that call the API. */
export const ACCESS = {
  "/account/register": { GET: anyone, POST: anyone },
  "/account/verify": { GET: anyone, POST: anyone },
  "/account/reset": { GET: anyone, POST: anyone },
  "/account/forgot": { GET: anyone, POST: anyone },
} as const satisfies AccessRules;
