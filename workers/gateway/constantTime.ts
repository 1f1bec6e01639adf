/**
 * Whether there is a login shows in how long its object takes: one that exists only by being asked has to be made first.
 * What must not tell is answered at times that do not depend on it.
 */
import { ApiFault } from "../../protocol/http/apiFault.ts";
import type { AppContext } from "./context.ts";
import { INTERVAL_MS } from "./constantTimeInterval.ts";

/** What is refused after an object was asked whether there is a login, or a code or a challenge of one. */
const CONSTANT_TIME_REASONS: ReadonlySet<string> = new Set([
  "bad_credentials",
  "rate_limited",
  "verification_failed",
  "code_invalid",
  "mfa_failed",
  "session_ended",
]);

/** Work whose end, whatever it is, comes at the next multiple of half a second after the request. */
export async function constantTime<T>(c: AppContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await untilNextInterval(c);
  }
}

/** A proof of who somebody is, whose refusal, also one that comes too early, is told at such a time. */
export async function constantTimeRefusal<T>(c: AppContext, prove: () => Promise<T>): Promise<T> {
  try {
    return await prove();
  } catch (error) {
    if (error instanceof ApiFault && CONSTANT_TIME_REASONS.has(error.error.reason)) await untilNextInterval(c);
    throw error;
  }
}

/** The next such time, before an answer that says no more than that something is wrong. */
export function untilNextInterval(c: AppContext): Promise<void> {
  const ms = INTERVAL_MS - ((Date.now() - c.var.receivedAt) % INTERVAL_MS);
  return new Promise((resolve) => setTimeout(resolve, ms));
}
