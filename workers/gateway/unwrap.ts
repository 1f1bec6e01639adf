import { ApiFault } from "../../protocol/http/apiFault.ts";
import type { IdentityOutcome } from "../../protocol/rpc/identity.ts";

/** The value of a login's answer; a refusal ends the request. */
export function known<T>(outcome: IdentityOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  // Keys are only asked for by callers that have proved who they are, so an unknown one is simply not authorised.
  if (outcome.reason === "no_such_key") throw new ApiFault({ reason: "unauthorized" });
  if (outcome.reason === "rate_limited") throw tooSoon(outcome.retryAfterMs);
  throw new ApiFault({ reason: outcome.reason });
}

/** Refuses what came too soon by so many milliseconds. */
export function tooSoon(waitMs: number): ApiFault {
  return new ApiFault({ reason: "rate_limited", retryAfterSeconds: Math.ceil(waitMs / 1000) });
}
