import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ApiError } from "../../protocol/errors/catalogue.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";
import type { AppContext } from "./context.ts";
import { constantTime, constantTimeRefusal } from "./constantTime.ts";

const BEGUN = 1_760_000_000_000;
const context = { var: { receivedAt: BEGUN } } as AppContext;

beforeEach(() => void vi.useFakeTimers({ now: BEGUN }));
afterEach(() => void vi.useRealTimers());

/** The time of the response to a sign-in that takes this long, in milliseconds after the request. */
async function answeredAfter(ms: number, error: ApiError | null): Promise<number> {
  vi.setSystemTime(BEGUN);
  let answered = Number.NaN;
  const signIn = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (error !== null) throw new ApiFault(error);
  };
  void constantTimeRefusal(context, signIn)
    .catch((fault: unknown) => expect(fault).toBeInstanceOf(ApiFault))
    .finally(() => (answered = Date.now() - BEGUN));
  await vi.runAllTimersAsync();
  return answered;
}

test("ID-32: a refused sign-in comes at a time that does not reveal how long the login took", async () => {
  for (const took of [1, 170, 176, 499]) expect(await answeredAfter(took, { reason: "bad_credentials" })).toBe(500);
  for (const took of [501, 999]) expect(await answeredAfter(took, { reason: "bad_credentials" })).toBe(1_000);
});

test("ID-32: so does one that is rate limited", async () => {
  for (const took of [3, 170]) {
    expect(await answeredAfter(took, { reason: "rate_limited", retryAfterSeconds: 1 })).toBe(500);
  }
});

test("ID-32: a success and a full queue are answered without the delay", async () => {
  expect(await answeredAfter(170, null)).toBe(170);
  expect(await answeredAfter(3, { reason: "unavailable" })).toBe(3);
});

test("ID-32: so do codes, challenges and requests for e-mails, whatever their outcome", async () => {
  for (const reason of ["verification_failed", "code_invalid", "mfa_failed"] as const) {
    for (const took of [1, 430]) expect(await answeredAfter(took, { reason })).toBe(500);
  }
  for (const took of [2, 260, 499]) {
    vi.setSystemTime(BEGUN);
    let answered = Number.NaN;
    void constantTime(context, () => new Promise<void>((resolve) => setTimeout(resolve, took))).then(
      () => (answered = Date.now() - BEGUN),
    );
    await vi.runAllTimersAsync();
    expect(answered).toBe(500);
  }
});

test("ID-76: the time of `constantTime` does not depend on the outcome", async () => {
  for (const reason of ["too_many_grants", "forbidden"] as const) {
    vi.setSystemTime(BEGUN);
    let answered = Number.NaN;
    const refused = () => new Promise<void>((_, reject) => setTimeout(() => reject(new ApiFault({ reason })), 120));
    void constantTime(context, refused).catch(() => (answered = Date.now() - BEGUN));
    await vi.runAllTimersAsync();
    expect(answered).toBe(500);
  }
});
