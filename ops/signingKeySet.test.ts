import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadSecrets } from "../dev/secrets.ts";
import { issueToken, publicKeys, verifyToken } from "../workers/gateway/tokens.ts";
import { type SigningKey, SigningKeySet, rotate, TooEarly } from "./signingKeySet.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-21T10:00:00Z");
const TOKEN = { userId: "u", accountId: "a", route: "R", sessionId: "s", jti: "j" };

/** A set with one key that signs. */
function fresh(): SigningKeySet {
  const { set } = rotate({ keys: [{ kid: "none" } as SigningKey] }, START);
  const { added_at: _added, ...key } = set.keys[1] as SigningKey;
  return SigningKeySet.parse({ keys: [key] });
}

test("ID-49: a rotation has three phases, and each waits until the last one has reached every location", () => {
  const set = fresh();
  const added = rotate(set, START);
  expect(added).toMatchObject({ phase: "add", nextAt: START + 10 * MINUTE });
  expect(() => rotate(added.set, START + 10 * MINUTE - 1)).toThrow(TooEarly);
  const promoted = rotate(added.set, START + 10 * MINUTE);
  expect(promoted).toMatchObject({ phase: "promote", kid: added.kid, nextAt: START + 30 * MINUTE });
  expect(() => rotate(promoted.set, START + 30 * MINUTE - 1)).toThrow(TooEarly);
  const dropped = rotate(promoted.set, START + 30 * MINUTE);
  expect(dropped).toMatchObject({ phase: "drop", kid: set.keys[0]?.kid, nextAt: null });
  expect(dropped.set.keys.map(({ kid }) => kid)).toEqual([added.kid]);
  expect(rotate(dropped.set, START + 30 * MINUTE).phase).toBe("add");
});

test("ID-49: a valid token is accepted during a whole rotation, also by a gateway with the set of the previous phase", async () => {
  const sets = [fresh()];
  let now = START;
  for (let i = 0; i < 3; i++) {
    const { set, nextAt } = rotate(sets.at(-1) as SigningKeySet, now);
    const [before, after] = [sets.at(-1), set].map((keys) => JSON.stringify(keys)) as [string, string];
    // Signed by one gateway and verified by another, which has the secret a little sooner or later.
    for (const [signs, verifies] of [
      [before, before],
      [before, after],
      [after, before],
      [after, after],
    ] as const) {
      expect(await verifyToken(verifies, await issueToken(signs, TOKEN, now), now)).toEqual(TOKEN);
    }
    sets.push(set);
    now = nextAt ?? now;
  }
});

test("ID-49: a key of unknown age counts as new, and an invalid set is refused", () => {
  const set = fresh();
  const { set: two } = rotate(set, START);
  const undated = { keys: two.keys.map(({ added_at: _added, ...key }) => key) };
  expect(() => rotate(undated, START + 100 * MINUTE)).toThrow(TooEarly);
  expect(SigningKeySet.safeParse({ keys: [] }).success).toBe(false);
  expect(SigningKeySet.safeParse({ keys: set.keys.map(({ d: _d, ...key }) => key) }).success).toBe(false);
});

test("ID-49: the dates of a rotation are not published", async () => {
  const { set } = rotate(fresh(), START);
  expect(JSON.stringify(await publicKeys(JSON.stringify(set)))).not.toMatch(/_at|"d"/);
});

describe("the command", () => {
  const dir = mkdtempSync(join(tmpdir(), "exchange-keys-"));
  const file = join(dir, "secrets.json");
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["--no-warnings", join(import.meta.dirname, "rotateSigningKeys.ts"), ...args], {
      encoding: "utf8",
    });

  test("ID-49: a state folder of an earlier release keeps its key, which is then rotated", async () => {
    const { jwtKeys, ...others } = await loadSecrets(file);
    const [key] = jwtKeys.keys;
    writeFileSync(file, JSON.stringify({ ...others, jwtPrivateKey: key }));
    expect(await loadSecrets(file)).toEqual({ ...others, jwtKeys: { keys: [key] } });
    const before = readFileSync(file, "utf8");
    const tried = run("--state", dir, "--dry-run");
    expect([tried.status, readFileSync(file, "utf8")]).toEqual([0, before]);
    const done = run("--state", dir);
    expect(done.stdout + done.stderr).not.toContain(String(key?.d));
    const after = await loadSecrets(file);
    expect(after).toEqual({ ...others, jwtKeys: { keys: [key, expect.objectContaining({ crv: "P-256" })] } });
    expect(statSync(file).mode & 0o077).toBe(0);
    const early = run("--state", dir);
    expect([early.status, early.stderr]).toEqual([1, expect.stringContaining("too early")]);
    expect(await loadSecrets(file)).toEqual(after);
  });

  test("ID-49: an unknown environment, or one without its secrets, is refused", () => {
    for (const args of [["moon"], ["staging"], ["staging", "--secrets", file], ["staging", "production"]]) {
      expect(run(...args).status, args.join(" ")).toBe(1);
    }
  });
});
