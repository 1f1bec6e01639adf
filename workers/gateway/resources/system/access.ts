import { adminRead, adminWrite, anyone, auditRead, type MethodRules, signInAttempt } from "../../accessRule.ts";

/** The service itself, its administration and its audit. */
export const OPERATIONS_ACCESS = {
  "/": { GET: anyone },
  "/v1/health": { GET: anyone },
  "/.well-known/security.txt": { GET: anyone },
  "/v1/openapi.json": { GET: anyone },
  "/v1/asyncapi.json": { GET: anyone },
  "/docs": { GET: anyone },
  "/docs/streams": { GET: anyone },
  "/docs/errors": { GET: anyone },
  "/docs/try": { GET: anyone },
  "/docs/*": { GET: anyone },
  "/favicon.svg": { GET: anyone },
  "/favicon.ico": { GET: anyone },
  // Knows its caller by the bootstrap secret.
  "/v1/admin/bootstrap": { POST: signInAttempt },
  "/v1/admin/accounts/:id/deposits": { POST: adminWrite },
  "/v1/admin/actors/:kind/:name": { GET: adminRead },
  // A checkpoint says how far a shard is and its hash, and nothing of what the events are.
  "/v1/audit/checkpoints": { GET: anyone },
  "/v1/audit/verify": { GET: auditRead },
  "/v1/audit/journals": { GET: auditRead },
  "/v1/audit/accounts/:id": { GET: auditRead },
} as const satisfies Readonly<Record<string, MethodRules>>;
