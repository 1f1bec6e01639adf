/**
 * The development secrets that `wrangler dev` reads: a `.env` beside each worker's configuration. Git ignores them, and
 * no deployment reads them.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { localVariables } from "./localVariables.ts";
import { completed } from "./secrets.ts";

/** The gateway first, because wrangler serves the first configuration at the port. */
export const CONFIGS = ["wrangler.toml", "workers/quotes/wrangler.toml", "durable-objects/wrangler.toml"];

/** An unreachable database: audit records stay in the shards until durable-objects/.env names a PostgreSQL. */
const NO_DATABASE = {
  url: "http://localhost:8787",
  databaseUrl: "postgres://exchange_app:none@127.0.0.1:5432/exchange",
  fetchEndpoint: "http://127.0.0.1:9/sql",
};

/** Adds missing variables to the files and changes no existing one. Returns the files that were written. */
export async function writeEnvFiles(root: string): Promise<string[]> {
  const values = localVariables(await completed(null), NO_DATABASE);
  return CONFIGS.flatMap((config) => {
    const file = join(root, dirname(config), ".env");
    const text = existsSync(file) ? readFileSync(file, "utf8") : HEAD;
    const there = new Set([...text.matchAll(/^\s*(\w+)\s*=/gm)].map((match) => match[1]));
    const lines = namesIn(readFileSync(join(root, config), "utf8")).flatMap((name) =>
      values[name] === undefined || there.has(name) ? [] : [`${name}='${values[name]}'`],
    );
    if (lines.length === 0) return [];
    writeFileSync(file, `${[text.trimEnd(), ...lines].join("\n")}\n`, { mode: 0o600 });
    return [file];
  });
}

/** A `.dev.vars`, which wrangler would use instead of the environment that `npm run dev` passes; null without one. */
export function strayDevVars(root: string): string | null {
  const files = CONFIGS.map((config) => join(root, dirname(config), ".dev.vars"));
  return files.find((file) => existsSync(file)) ?? null;
}

const HEAD = "# Secrets of this checkout for `wrangler dev`. Git ignores this file; no deployment reads it.";

/** The variables and secrets that a configuration names. */
function namesIn(toml: string): string[] {
  const required = /^required = \[([^\]]*)\]/m.exec(toml)?.[1] ?? "";
  return [
    ...[...toml.matchAll(/^([A-Z][A-Z_]*) = /gm)].map((match) => match[1] ?? ""),
    ...[...required.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? ""),
  ];
}
