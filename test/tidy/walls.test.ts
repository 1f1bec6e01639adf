/**
 * DV-6: each wall of .oxlintrc.json refuses what it is there to refuse, shown on small wrong files in a folder laid out
 * like this one; and the compiler refuses a wrong-way import by itself.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALLOWED, CYCLE, REFUSED } from "./wallSnippets.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BIN = join(ROOT, "node_modules", ".bin");

let folder = "";
/** Rules that refused, by file. */
const refusals = new Map<string, string[]>();

function write(path: string, source: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), source);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exchange-walls-"));
  copyFileSync(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  write("tsconfig.json", JSON.stringify({ compilerOptions: { strict: true, types: [] } }));
  for (const [path, source] of [...ALLOWED, ...CYCLE, ...REFUSED]) write(path, source);
  const run = spawnSync(join(BIN, "oxlint"), ["--format", "json", "."], { cwd: folder, encoding: "utf8" });
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { code: string; filename: string }[] };
  for (const { code, filename } of diagnostics) refusals.set(filename, [...(refusals.get(filename) ?? []), code]);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(REFUSED)("DV-6: lint refuses %s", (path, _source, rule) => {
  expect(refusals.get(path)).toContain(rule);
});

test.each(ALLOWED)("DV-6: lint lets %s pass", (path) => {
  expect(refusals.get(path)).toBeUndefined();
});

test("DV-6: lint refuses a circle of imports", () => {
  expect(CYCLE.flatMap(([path]) => refusals.get(path) ?? [])).toContain("import(no-cycle)");
});

test("DV-6: in domain a wrong-way import and a timer do not compile", () => {
  const project = join(folder, "compiler");
  for (const path of ["tsconfig.base.json", "domain/tsconfig.json", "domain/matching/engine/tsconfig.json"]) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    copyFileSync(join(ROOT, path), join(project, path));
  }
  write("compiler/protocol/rpc.ts", "export const answer = 42;\n");
  write("compiler/domain/upwards.ts", 'import { answer } from "../protocol/rpc.ts";\nexport const same = answer;\n');
  write("compiler/domain/matching/engine/empty.ts", "export {};\n");
  write("compiler/domain/timer.ts", "setTimeout(() => {}, 1);\n");
  const { stdout, status } = spawnSync(join(BIN, "tsc"), ["-b", "domain"], { cwd: project, encoding: "utf8" });
  expect(status).not.toBe(0);
  expect(stdout).toMatch(/upwards\.ts.*TS6307/);
  expect(stdout).toMatch(/timer\.ts.*TS2304/);
});
