import { type AccessRules, reads } from "../../accessRule.ts";

/** Who may read what happened in the account. */
export const ACCESS = {
  "/v2/account/activities": { GET: reads },
  "/v2/account/activities/:type": { GET: reads },
  "/v1/account/activities/export": { GET: reads },
  "/v2beta1/events/activities": { GET: reads },
} as const satisfies AccessRules;
