import { type AccessRules, adminRead } from "../../accessRule.ts";

/** Who may re-encrypt personal data keys. */
export const ACCESS = {
  // Moves what is sealed to another key and opens nothing: `npm run pii:rotate` calls it with a key.
  "/v1/admin/vaults/touch": { POST: adminRead },
} as const satisfies AccessRules;
