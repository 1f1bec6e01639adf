import { type AccessRules, anyone, auditRead, auditReveal } from "../../accessRule.ts";

/** Who may read the audit trail. */
export const ACCESS = {
  "/v1/audit/accounts/:id/origins": { POST: auditReveal },
  // Public: a checkpoint has a shard's position and hash, and nothing of the events.
  "/v1/audit/checkpoints": { GET: anyone },
  "/v1/audit/verify": { GET: auditRead },
  "/v1/audit/journals": { GET: auditRead },
  "/v1/audit/accounts/:id": { GET: auditRead },
  "/v1/audit/events": { GET: auditRead },
} as const satisfies AccessRules;
