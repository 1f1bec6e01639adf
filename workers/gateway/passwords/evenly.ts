/**
 * Whether there is a login shows in how long its object takes: one that exists only by being asked has to be made first.
 * What must not tell is answered at times that do not depend on it.
 */
import { ApiFault, ask } from "../../../protocol/fault.ts";
import type { AppContext } from "../context.ts";

/** Longer than such a call takes when all is well. */
const CALL_MS = 250;
/** Refused sign-ins are answered at multiples of this: more than a derivation and its calls take when all is well. */
const REFUSAL_MS = 500;

/** What is refused after an object was asked whether there is a login, which takes longer where there is none. */
const EVEN: ReadonlySet<string> = new Set(["bad_credentials", "rate_limited"]);

/** Asks an object, and goes on a fixed time after that. */
export async function evenly(call: () => Promise<void>): Promise<void> {
  await Promise.all([ask(call), pause(CALL_MS)]);
}

/** A sign-in, whose refusal, also one that comes too early, is told at the next multiple of half a second after the request. */
export async function refusedEvenly<T>(c: AppContext, signIn: () => Promise<T>): Promise<T> {
  try {
    return await signIn();
  } catch (error) {
    if (error instanceof ApiFault && EVEN.has(error.error.reason)) {
      await pause(REFUSAL_MS - ((Date.now() - c.var.receivedAt) % REFUSAL_MS));
    }
    throw error;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
