import { describe, expect, it, vi } from "vitest";
import type { Principal } from "../../../protocol/auth/principal.ts";
import {
  FAILURE_DELAY_MAX_MS,
  FAILURE_DELAY_MS,
  FAILURES_OF_ALL,
  INVALID_CREDENTIALS_TTL_MS,
  LOGIN_GUESSES,
  NETWORK_GUESSES,
  VALID_CREDENTIALS_TTL_MS,
} from "./limits.ts";
import type { AuthenticationResult } from "./step.ts";
import { CredentialCache } from "./credentialCache.ts";

function rig(answer: (secret: string) => Promise<AuthenticationResult>): {
  cache: CredentialCache;
  asked: string[];
  waited: number[];
  errors: unknown[];
  clock: { now: number };
} {
  const asked: string[] = [];
  const waited: number[] = [];
  const errors: unknown[] = [];
  const clock = { now: 0 };
  const cache = new CredentialCache({
    verify: ({ keyId, secret }) => {
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
  return { cache, asked, waited, errors, clock };
}

const PRINCIPAL: Principal = { userId: "u", accountId: "acc-1", roles: ["trader"] };
const OPENED = { principal: PRINCIPAL, credential: { route: "A".repeat(20), id: "k" } };
const judge = (secret: string): Promise<AuthenticationResult> => Promise.resolve(secret === "right" ? OPENED : "wrong");

describe("credential cache", () => {
  it("WS-5: a valid key is checked once per cache time, however many sockets use it", async () => {
    const { cache, asked, clock } = rig(judge);
    const all = await Promise.all(
      Array.from({ length: 50 }, () => cache.check({ keyId: "PKX", secret: "right" }, "::1")),
    );
    expect(all).toEqual(Array.from({ length: 50 }, () => OPENED));
    clock.now = VALID_CREDENTIALS_TTL_MS - 1;
    await cache.check({ keyId: "PKX", secret: "right" }, "::1");
    expect(asked).toHaveLength(1);
    clock.now = VALID_CREDENTIALS_TTL_MS;
    await cache.check({ keyId: "PKX", secret: "right" }, "::1");
    expect(asked).toHaveLength(2);
  });

  it("WS-5, ID-32: an invalid secret is answered late, and is not checked again", async () => {
    const { cache, asked, waited, clock } = rig(judge);
    expect(await cache.check({ keyId: "PKX", secret: "no" }, "::1")).toBe("wrong");
    expect(waited).toEqual([FAILURE_DELAY_MS]);
    expect(await cache.check({ keyId: "PKX", secret: "no" }, "::1")).toBe("wrong");
    expect(waited).toEqual([FAILURE_DELAY_MS, FAILURE_DELAY_MS]);
    expect(await cache.check({ keyId: "PKX", secret: "right" }, "::1")).toEqual(OPENED);
    expect(asked).toHaveLength(2);
    clock.now = INVALID_CREDENTIALS_TTL_MS;
    await cache.check({ keyId: "PKX", secret: "no" }, "::1");
    expect(asked).toHaveLength(3);
  });

  it("ID-72: a key that is valid from one address is checked again from another", async () => {
    const { cache, asked } = rig(judge);
    for (const ip of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) await cache.check({ keyId: "PKX", secret: "right" }, ip);
    expect(asked).toHaveLength(2);
  });

  it("WS-5: a login out of reach is not cached", async () => {
    let away = true;
    const { cache, errors } = rig((secret) => (away ? Promise.reject(new Error("away")) : judge(secret)));
    expect(await cache.check({ keyId: "PKX", secret: "right" }, "::1")).toBe("unavailable");
    expect(errors).toHaveLength(1);
    away = false;
    expect(await cache.check({ keyId: "PKX", secret: "right" }, "::1")).toEqual(OPENED);
  });

  it("ID-51: a revocation removes cached results and repeats checks under way", async () => {
    const key = `PK${"A".repeat(26)}`;
    const answers: ((result: AuthenticationResult) => void)[] = [];
    const { cache, asked } = rig(() => new Promise((answer) => answers.push(answer)));
    const first = cache.check({ keyId: key, secret: "right" }, "::1");
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(cache.revoked("B".repeat(20))).toBe(false);
    expect(cache.revoked("A".repeat(20))).toBe(true);
    // It was answered before the revocation, and came after it.
    answers[0]?.(OPENED);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.("wrong");
    expect(await first).toBe("wrong");
    const again = cache.check({ keyId: key, secret: "other" }, "::1");
    await vi.waitFor(() => expect(answers).toHaveLength(3));
    answers[2]?.(OPENED);
    expect(await again).toEqual(OPENED);
    expect(cache.revoked("A".repeat(20))).toBe(false);
    const repeated = cache.check({ keyId: key, secret: "other" }, "::1");
    await vi.waitFor(() => expect(answers).toHaveLength(4));
    answers[3]?.("wrong");
    expect(await repeated).toBe("wrong");
    expect(asked).toHaveLength(4);
  });

  const keyOf = (letter: string, nth = 0): string =>
    `PK${letter.repeat(20)}${nth.toString(2).padStart(6, "0").replaceAll("0", "A").replaceAll("1", "B")}`;

  it("WS-33: many wrong secrets of one login are refused without asking it; other networks and logins are not", async () => {
    const { cache, asked, clock } = rig(judge);
    for (let nth = 0; nth < LOGIN_GUESSES.burst; nth++)
      expect(await cache.check({ keyId: keyOf("A", nth), secret: `no ${nth}` }, "192.0.2.1")).toBe("wrong");
    expect(asked).toHaveLength(LOGIN_GUESSES.burst);
    for (const secret of ["again", "and again", "right"])
      expect(await cache.check({ keyId: keyOf("A"), secret }, "192.0.2.1")).toBe("limited");
    expect(asked).toHaveLength(LOGIN_GUESSES.burst);
    expect(await cache.check({ keyId: keyOf("A"), secret: "right" }, "192.0.2.2")).toEqual(OPENED);
    expect(await cache.check({ keyId: keyOf("B"), secret: "right" }, "192.0.2.1")).toEqual(OPENED);
    clock.now += 1_000 / LOGIN_GUESSES.perSecond;
    expect(await cache.check({ keyId: keyOf("A"), secret: "right" }, "192.0.2.1")).toEqual(OPENED);
  });

  it("WS-33: a network that makes up key ids soon makes no login be asked, and a right key of it stays cached", async () => {
    const { cache, asked } = rig(judge);
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    expect(await cache.check({ keyId: keyOf("A"), secret: "right" }, "192.0.2.1")).toEqual(OPENED);
    for (let nth = 0; nth < 2 * NETWORK_GUESSES.burst; nth++)
      await cache.check({ keyId: keyOf(letters.charAt(nth % 26), nth % 64), secret: `no ${nth}` }, "192.0.2.1");
    expect(asked).toHaveLength(1 + NETWORK_GUESSES.burst);
    expect(await cache.check({ keyId: keyOf("A"), secret: "right" }, "192.0.2.1")).toEqual(OPENED);
  });

  it("WS-33: a key that was right before is asked about although others of its network guess, until it is refused", async () => {
    let isRevoked = false;
    const { cache, asked, clock } = rig((secret) => (isRevoked ? Promise.resolve("wrong") : judge(secret)));
    const key = { keyId: keyOf("A"), secret: "right" };
    expect(await cache.check(key, "192.0.2.1")).toEqual(OPENED);
    for (let nth = 0; nth < LOGIN_GUESSES.burst; nth++)
      await cache.check({ keyId: keyOf("A"), secret: `no ${nth}` }, "192.0.2.1");
    expect(await cache.check({ ...key, secret: "another" }, "192.0.2.1")).toBe("limited");
    clock.now += VALID_CREDENTIALS_TTL_MS;
    expect(await cache.check(key, "192.0.2.1")).toEqual(OPENED);
    isRevoked = true;
    clock.now += VALID_CREDENTIALS_TTL_MS;
    expect(await cache.check(key, "192.0.2.1")).toBe("wrong");
    const before = asked.length;
    clock.now += INVALID_CREDENTIALS_TTL_MS;
    for (let nth = 0; nth < LOGIN_GUESSES.burst; nth++)
      await cache.check({ keyId: keyOf("A"), secret: `no more ${nth}` }, "192.0.2.1");
    expect(await cache.check(key, "192.0.2.1")).toBe("limited");
    expect(asked.length).toBeLessThanOrEqual(before + LOGIN_GUESSES.burst);
  });

  it("WS-33: the same wrong key costs one call, and each refusal of a network comes later, up to a bound", async () => {
    const { cache, asked, waited } = rig(judge);
    for (let nth = 0; nth < 30; nth++) await cache.check({ keyId: keyOf("A"), secret: "no" }, "192.0.2.1");
    expect(asked).toHaveLength(1);
    expect(waited[0]).toBe(FAILURE_DELAY_MS);
    expect(waited.at(-1)).toBe(FAILURE_DELAY_MAX_MS);
    expect(waited).toEqual(waited.toSorted((a, b) => a - b));
    const before = waited.length;
    expect(await cache.check({ keyId: keyOf("A"), secret: "right" }, "192.0.2.1")).toEqual(OPENED);
    expect(await cache.check({ keyId: keyOf("A"), secret: "no" }, "192.0.2.2")).toBe("wrong");
    expect(waited.slice(before)).toEqual([FAILURE_DELAY_MS]);
  });

  it("WS-33: when many networks send wrong keys, refusals come late for all, and right keys as ever", async () => {
    const { cache, waited, clock } = rig(judge);
    const wrong = (nth: number) => cache.check({ keyId: keyOf("A"), secret: "no" }, `10.0.${nth >>> 8}.${nth & 255}`);
    for (let nth = 0; nth < FAILURES_OF_ALL.burst + 1; nth++) await wrong(nth);
    expect([waited[0], waited.at(-1)]).toEqual([FAILURE_DELAY_MS, FAILURE_DELAY_MAX_MS]);
    const before = waited.length;
    expect(await cache.check({ keyId: keyOf("B"), secret: "right" }, "192.0.2.1")).toEqual(OPENED);
    expect(waited).toHaveLength(before);
    clock.now += 60_000;
    await wrong(1_000);
    expect(waited.at(-1)).toBe(FAILURE_DELAY_MS);
  });

  it("WS-33: a key that was made after guesses of its login works at once", async () => {
    let exists = false;
    const { cache } = rig((secret) => (exists ? judge(secret) : Promise.resolve("wrong")));
    for (let nth = 0; nth < 10; nth++) await cache.check({ keyId: keyOf("A"), secret: `no ${nth}` }, "192.0.2.1");
    exists = true;
    expect(await cache.check({ keyId: keyOf("A", 5), secret: "right" }, "192.0.2.1")).toEqual(OPENED);
  });

  it("AC-92: the same credentials with another account are asked about again", async () => {
    const { cache, asked } = rig(judge);
    for (const accountId of [undefined, "a", "b", "a"]) {
      await cache.check({ keyId: "oauth", secret: "right", ...(accountId === undefined ? {} : { accountId }) }, "::1");
    }
    expect(asked).toHaveLength(3);
  });
});
