import { type AccessRules, anyCredential } from "../../accessRule.ts";

/** Who may ask for corporate actions. */
export const ACCESS = {
  "/v2/corporate_actions/announcements": { GET: anyCredential },
  "/v2/corporate_actions/announcements/:id": { GET: anyCredential },
  "/v1/corporate-actions": { GET: anyCredential },
  "/v1beta1/corporate-actions": { GET: anyCredential },
} as const satisfies AccessRules;
