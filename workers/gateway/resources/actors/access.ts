import { type AccessRules, adminRead } from "../../accessRule.ts";

/** Who may inspect actors. */
export const ACCESS = {
  "/v1/admin/actors/:kind/:name": { GET: adminRead },
} as const satisfies AccessRules;

/** Kinds of actors, by the first part of their address. `account` is that of paper accounts, too. */
export const KINDS = ["account", "book", "audit", "transfers", "house", "paper-account", "paper-book"] as const;
