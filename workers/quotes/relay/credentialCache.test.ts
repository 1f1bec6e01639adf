import { describe, expect, it, vi } from "vitest";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { AUTHENTICATION_FAILURE_DELAY_MS, INVALID_CREDENTIALS_TTL_MS, VALID_CREDENTIALS_TTL_MS } from "./limits.ts";
import type { AuthenticationResult } from "./session.ts";
import { CredentialCache } from "./credentialCache.ts";

function rig(answer: (secret: string) => Promise<AuthenticationResult>): {
  verdicts: CredentialCache;
  asked: string[];
  waited: number[];
  errors: unknown[];
  clock: { now: number };
} {
  const asked: string[] = [];
  const waited: number[] = [];
  const errors: unknown[] = [];
  const clock = { now: 0 };
  const verdicts = new CredentialCache({
    verify: (keyId, secret) => {
      asked.push(keyId);
      return answer(secret);
    },
    failed: (error) => errors.push(error),
    now: () => clock.now,
    wait: (ms) => {
      waited.push(ms);
      return Promise.resolve();
    },
  });
  return { verdicts, asked, waited, errors, clock };
}

const PRINCIPAL: Principal = { userId: "u", accountId: "acc-1", roles: ["trader"] };
const OPENED = { principal: PRINCIPAL, credential: { route: "A".repeat(20), id: "k" } };
const judge = (secret: string): Promise<AuthenticationResult> => Promise.resolve(secret === "right" ? OPENED : "wrong");

describe("verdicts", () => {
  it("WS-5: a right key is asked for once in a while, however many sockets bring it", async () => {
    const { verdicts, asked, clock } = rig(judge);
    const all = await Promise.all(Array.from({ length: 50 }, () => verdicts.check("PKX", "right", "::1")));
    expect(all).toEqual(Array.from({ length: 50 }, () => OPENED));
    clock.now = VALID_CREDENTIALS_TTL_MS - 1;
    await verdicts.check("PKX", "right", "::1");
    expect(asked).toHaveLength(1);
    clock.now = VALID_CREDENTIALS_TTL_MS;
    await verdicts.check("PKX", "right", "::1");
    expect(asked).toHaveLength(2);
  });

  it("WS-5, ID-32: a wrong secret waits for its answer, and one that comes again is not asked for", async () => {
    const { verdicts, asked, waited, clock } = rig(judge);
    expect(await verdicts.check("PKX", "no", "::1")).toBe("wrong");
    expect(waited).toEqual([AUTHENTICATION_FAILURE_DELAY_MS]);
    expect(await verdicts.check("PKX", "no", "::1")).toBe("wrong");
    expect(waited).toEqual([AUTHENTICATION_FAILURE_DELAY_MS, AUTHENTICATION_FAILURE_DELAY_MS]);
    expect(await verdicts.check("PKX", "right", "::1")).toEqual(OPENED);
    expect(asked).toHaveLength(2);
    clock.now = INVALID_CREDENTIALS_TTL_MS;
    await verdicts.check("PKX", "no", "::1");
    expect(asked).toHaveLength(3);
  });

  it("ID-72: what is right from one address is asked for again from another, though it is remembered", async () => {
    const { verdicts, asked } = rig(judge);
    for (const ip of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) await verdicts.check("PKX", "right", ip);
    expect(asked).toHaveLength(2);
  });

  it("WS-5: a login out of reach is nobody's fault and is not remembered", async () => {
    let away = true;
    const { verdicts, errors } = rig((secret) => (away ? Promise.reject(new Error("away")) : judge(secret)));
    expect(await verdicts.check("PKX", "right", "::1")).toBe("unavailable");
    expect(errors).toHaveLength(1);
    away = false;
    expect(await verdicts.check("PKX", "right", "::1")).toEqual(OPENED);
  });

  it("ID-51: what is revoked is forgotten, and asked again when it was being asked", async () => {
    const key = `PK${"A".repeat(26)}`;
    const answers: ((result: AuthenticationResult) => void)[] = [];
    const { verdicts, asked } = rig(() => new Promise((answer) => answers.push(answer)));
    const first = verdicts.check(key, "right", "::1");
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(verdicts.revoked("B".repeat(20))).toBe(false);
    expect(verdicts.revoked("A".repeat(20))).toBe(true);
    // It was answered before the revocation, and came after it.
    answers[0]?.(OPENED);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.("wrong");
    expect(await first).toBe("wrong");
    const again = verdicts.check(key, "other", "::1");
    await vi.waitFor(() => expect(answers).toHaveLength(3));
    answers[2]?.(OPENED);
    expect(await again).toEqual(OPENED);
    expect(verdicts.revoked("A".repeat(20))).toBe(false);
    const anew = verdicts.check(key, "other", "::1");
    await vi.waitFor(() => expect(answers).toHaveLength(4));
    answers[3]?.("wrong");
    expect(await anew).toBe("wrong");
    expect(asked).toHaveLength(4);
  });
});
