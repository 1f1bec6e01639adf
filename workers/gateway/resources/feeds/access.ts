import { type AccessRules, adminRead } from "../../accessRule.ts";

/** Who may see the feeds of externally priced symbols. */
export const ACCESS = {
  "/v1/admin/feeds": { GET: adminRead },
} as const satisfies AccessRules;
