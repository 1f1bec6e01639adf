/**
 * Responses whose time does not reveal whether a login exists. A login's object that nobody has called before takes
 * longer, because the platform creates it first.
 */
import { ApiFault } from "../../protocol/http/apiFault.ts";
import type { AppContext } from "./context.ts";
import { INTERVAL_MS } from "./constantTimeInterval.ts";

/** Refusals that depend on whether there is a login, a code or a challenge. */
const CONSTANT_TIME_REASONS: ReadonlySet<string> = new Set([
  "bad_credentials",
  "rate_limited",
  "verification_failed",
  "code_invalid",
  "mfa_failed",
  "session_ended",
]);

/** Runs `work`; its result or error comes at the next multiple of half a second after the request. */
export async function constantTime<T>(c: AppContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await untilNextInterval(c);
  }
}

/** Runs an authentication; a refusal that could reveal whether a login exists comes at the next interval. */
export async function constantTimeRefusal<T>(c: AppContext, prove: () => Promise<T>): Promise<T> {
  try {
    return await prove();
  } catch (error) {
    if (error instanceof ApiFault && CONSTANT_TIME_REASONS.has(error.error.reason)) await untilNextInterval(c);
    throw error;
  }
}

/** Waits until the next interval. */
export function untilNextInterval(c: AppContext): Promise<void> {
  const ms = INTERVAL_MS - ((Date.now() - c.var.receivedAt) % INTERVAL_MS);
  return new Promise((resolve) => setTimeout(resolve, ms));
}
