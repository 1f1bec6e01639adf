import { type AccessRules, anyone } from "../../accessRule.ts";

/** The market at a glance. */
export const ACCESS = {
  // Public: for visitors of the start page.
  "/v1/market/overview": { GET: anyone },
} as const satisfies AccessRules;
