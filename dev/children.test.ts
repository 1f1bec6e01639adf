import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { startChild } from "./children.ts";
import type { ChildSpec } from "./children.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const NODE = join(HERE, "..", "node_modules", ".bin", "node");
const dir = mkdtempSync(join(tmpdir(), "exchange-children-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A shell that starts a child of its own, prints both process ids, and waits. */
function family(name: string, trap = ""): ChildSpec {
  const script = `${trap} sleep 600 & echo $$ $!; wait; wait`;
  const logFile = join(dir, `${name}.log`);
  return { name, command: "sh", args: ["-c", script], env: process.env, cwd: dir, logFile, stopSignal: "SIGTERM" };
}

async function pidsIn(logFile: string): Promise<number[]> {
  return await vi.waitFor(() => {
    const pids = readFileSync(logFile, "utf8").trim().split(/\s+/).map(Number);
    expect(pids.length).toBe(2);
    return pids;
  }, 5_000);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process that nobody has waited for yet still answers signals.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("DV-7: stopping a child ends its own children too", async () => {
  const spec = family("stopped");
  const child = await startChild(spec);
  const pids = await pidsIn(spec.logFile);
  expect(pids.map(isAlive)).toEqual([true, true]);
  await child.stop();
  expect(await child.ended).toBe("signal SIGTERM");
  await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), 5_000);
});

test("DV-7: children end when their parent is killed with SIGKILL", async () => {
  const spec = family("orphaned");
  const script = join(dir, "parent.ts");
  writeFileSync(
    script,
    `import { startChild } from ${JSON.stringify(join(HERE, "children.ts"))};\nawait startChild(JSON.parse(process.argv[2]));\nconsole.log("watched");\nsetInterval(() => {}, 1000);\n`,
  );
  const parent = spawn(NODE, [script, JSON.stringify({ ...spec, env: {} })], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  // The child may print before its parent has sent its process group to the reaper.
  await once(parent.stdout, "data");
  const pids = await pidsIn(spec.logFile);
  expect(pids.map(isAlive)).toEqual([true, true]);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), 10_000);
});

test("DV-7: a program that does not exist is an error that names it", async () => {
  await expect(startChild({ ...family("none"), command: join(dir, "no-such-program") })).rejects.toThrow(
    /cannot start none: .*ENOENT/,
  );
});
