/**
 * Whether there is a login shows in how long its object takes: one that exists only by being asked has to be made first.
 * What must not tell is answered at times that do not depend on it.
 */
import { ApiFault } from "../../protocol/fault.ts";
import type { AppContext } from "./context.ts";

/** Answers come at multiples of this after the request: more than a derivation and its calls take when all is well. */
const STEP_MS = 500;

/** What is refused after an object was asked whether there is a login, or a code or a challenge of one. */
const EVEN: ReadonlySet<string> = new Set([
  ...["bad_credentials", "rate_limited", "verification_failed", "code_invalid", "mfa_failed", "session_ended"],
]);

/** Work whose end, whatever it is, comes at the next multiple of half a second after the request. */
export async function evenly<T>(c: AppContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await untilNextStep(c);
  }
}

/** A proof of who somebody is, whose refusal, also one that comes too early, is told at such a time. */
export async function refusedEvenly<T>(c: AppContext, prove: () => Promise<T>): Promise<T> {
  try {
    return await prove();
  } catch (error) {
    if (error instanceof ApiFault && EVEN.has(error.error.reason)) await untilNextStep(c);
    throw error;
  }
}

/** The next such time, before an answer that says no more than that something is wrong. */
export function untilNextStep(c: AppContext): Promise<void> {
  const ms = STEP_MS - ((Date.now() - c.var.receivedAt) % STEP_MS);
  return new Promise((resolve) => setTimeout(resolve, ms));
}
