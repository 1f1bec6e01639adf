/** `.env.example` lists every variable that the exchange reads, with the default that the code has. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { ROOT, readSources } from "./sources.ts";

const CONFIGS = ["wrangler.toml", "workers/quotes/wrangler.toml", "durable-objects/wrangler.toml"];
/** What the shell, npm or wrangler set for every program. */
const OF_OTHERS = new Set(["PATH", "WRANGLER_COMMAND"]);
/** Names of bindings that tests take from an environment that is no process's. */
const PROCESS = /process\.env(?:\["|\.)([A-Z][A-Z_]+)|\benv(?:\("|\[")([A-Z][A-Z_]+)"/g;

const example = parseEnv(readFileSync(join(ROOT, ".env.example"), "utf8"));
const configs = CONFIGS.map((config) => readFileSync(join(ROOT, config), "utf8"));

/** Defaults of the workers' variables, by name. */
const variables = new Map(
  configs.flatMap((text) =>
    [...text.matchAll(/^([A-Z][A-Z_]*) = "(.*)"$/gm)].map(([, name = "", value = ""]) => [name, value] as const),
  ),
);

const secrets = configs.flatMap((text) =>
  [...(/^required = \[([^\]]*)\]/m.exec(text)?.[1] ?? "").matchAll(/"(\w+)"/g)].map((match) => match[1] ?? ""),
);

/** Variables of processes that programs, tests and examples read. */
function readByPrograms(): Set<string> {
  const examples = readdirSync(join(ROOT, "examples")).map((name) =>
    readFileSync(join(ROOT, "examples", name), "utf8"),
  );
  const programs = readSources()
    .filter(({ path }) => /^(dev|ops|db|test\/crash|bench)\//.test(path) && !path.endsWith(".test.ts"))
    .map(({ text }) => text);
  const destructured = examples.flatMap((text) =>
    [...text.matchAll(/\{([^}]*)\} = process\.env/g)].flatMap((match) =>
      [...(match[1] ?? "").matchAll(/[A-Z_]{2,}/g)].map(([name]) => name),
    ),
  );
  const named = [...programs, ...examples].flatMap((text) =>
    [...text.matchAll(PROCESS)].map(([, first, second]) => first ?? second ?? ""),
  );
  return new Set([...named, ...destructured].filter((name) => !OF_OTHERS.has(name)));
}

test("DV-22: .env.example lists every variable and secret, and nothing that nobody reads", () => {
  const read = new Set([...readByPrograms(), ...variables.keys(), ...secrets]);
  expect(read.size).toBeGreaterThan(20);
  expect(Object.keys(example).sort()).toEqual([...read].sort());
});

test("DV-22: .env.example has the defaults of the workers' configurations, and no secret", () => {
  for (const [name, value] of variables) expect(example[name], name).toBe(value);
  for (const name of secrets) expect(example[name], name).toMatch(/^(none)?$/);
});
