import { expect, test } from "vitest";
import { derived, loginParts, newWorld } from "../../../test/loginParts.ts";
import { FORGET_MS, waitAfter } from "./backoff.ts";

function registered() {
  const world = newWorld();
  const login = loginParts(world, "ABCDEFGHIJKLMNOPQRST");
  const user = { email: "ada@example.com", roles: ["trader"], plan: "standard", region: "world" } as const;
  login.passwords.create({ ...user, password: derived("correct horse battery") });
  return { world, attempts: login.attempts };
}

test("ID-31: five failures are free; then the wait doubles from one second to fifteen minutes", () => {
  const { world, attempts } = registered();
  const waits: number[] = [];
  for (let i = 0; i < 18; i++) {
    attempts.failed("password/s");
    waits.push(attempts.waitMs("password/s") / 1_000);
    world.now += attempts.waitMs("password/s");
    expect(attempts.waitMs("password/s")).toBe(0);
  }
  const doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
  expect(waits).toEqual([0, 0, 0, 0, ...doubling, 900, 900, 900, 900]);
});

test("ID-31: a success makes the next failures free again; kinds are counted apart", () => {
  const { attempts } = registered();
  for (let i = 0; i < 8; i++) attempts.failed("password/s");
  expect(attempts.waitMs("mfa/")).toBe(0);
  attempts.succeeded("password/s");
  expect(attempts.waitMs("password/s")).toBe(0);
  attempts.failed("password/s");
  expect(attempts.waitMs("password/s")).toBe(0);
});

test("ID-31: continuous guessing gets fewer than 120 attempts a day", () => {
  const { world, attempts } = registered();
  const end = world.now + 86_400_000;
  let tries = 0;
  while (world.now < end) {
    attempts.failed("password/s");
    tries++;
    world.now += attempts.waitMs("password/s");
  }
  expect(tries).toBeLessThan(120);
  // Nor does it pay to wait until all is forgotten.
  world.now += FORGET_MS + 1;
  expect(attempts.waitMs("password/s")).toBe(0);
  expect(waitAfter(1_000, 5)).toBe(15 * 60_000);
});
