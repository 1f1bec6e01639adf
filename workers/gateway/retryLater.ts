import { ApiFault } from "../../protocol/http/apiFault.ts";

/** The refusal of a request that must wait so many milliseconds. */
export function retryLater(waitMs: number): ApiFault {
  return new ApiFault({ reason: "rate_limited", retryAfterSeconds: Math.ceil(waitMs / 1_000) });
}
