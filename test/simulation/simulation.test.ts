import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** What the runner prints. Rejects, with that, when it fails. */
async function simulate(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", main, ...args], {
    maxBuffer: 100_000_000,
  });
  return stdout;
}

test("AK-1 to AK-6, AC-3, AC-6, AC-8, AC-14, AU-2, AU-3, MD-20: whole exchanges under every kind of trouble lose, double and invent nothing", async () => {
  const told = await simulate("--seeds", "40", "--jobs", "2");
  expect(told).toContain("40 seeds");
  const total = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(told)?.[1]);
  // Days on which nothing happens would prove nothing.
  expect(total("fills")).toBeGreaterThan(1_000);
  expect(total("crashes")).toBeGreaterThan(500);
  expect(total("lost")).toBeGreaterThan(500);
  expect(total("databaseErrors")).toBeGreaterThan(50);
});

test("AK-2: the same seed is the same run, event by event", async () => {
  const [one, other] = await Promise.all([simulate("--seed", "7", "--trace"), simulate("--seed", "7", "--trace")]);
  expect(one.split("\n").length).toBeGreaterThan(500);
  expect(one).toBe(other);
});
