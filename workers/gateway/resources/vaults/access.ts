import { type AccessRules, adminRead } from "../../accessRule.ts";

/** Who may re-encrypt personal data keys. */
export const ACCESS = {
  // Re-encrypts and decrypts nothing for the caller: `npm run pii:rotate` calls it with an API key.
  "/v1/admin/vaults/touch": { POST: adminRead },
} as const satisfies AccessRules;
