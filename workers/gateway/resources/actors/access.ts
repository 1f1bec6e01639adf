import { type AccessRules, adminRead } from "../../accessRule.ts";

/** Who may inspect actors. */
export const ACCESS = {
  "/v1/admin/actors/:kind/:name": { GET: adminRead },
} as const satisfies AccessRules;
