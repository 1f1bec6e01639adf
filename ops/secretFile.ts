/**
 * Secrets that a script replaces: a platform does not give one back, so a file has what was put last. JSON, one field each.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import { Environments } from "./environments.ts";

/** Not from workers.ts, which loads wrangler: that takes seconds. */
const ROOT = join(import.meta.dirname, "..");

/** A reason to stop that needs no stack trace. */
export class Failure extends Error {}

const Fields = z.record(z.string(), z.unknown());

/** Where a secret is: in a state folder, or at a worker of an environment. */
export interface SecretPlace {
  readonly file: string;
  readonly field: string;
  /** The worker that has it; null in a state folder. */
  readonly worker: string | null;
}

/** Finds the place from the arguments of a script. Throws a Failure that says what is missing. */
export function secretPlace(
  args: { readonly name: string | undefined; readonly secrets: string | undefined; readonly state: string },
  secret: { readonly name: string; readonly worker: string; readonly field: string },
): SecretPlace {
  if (args.name === undefined) {
    return { file: resolve(ROOT, args.state, "secrets.json"), field: secret.field, worker: null };
  }
  const environments = Environments.parse(JSON.parse(readFileSync(join(ROOT, "ops", "environments.json"), "utf8")));
  const environment = Object.hasOwn(environments, args.name) ? environments[args.name] : undefined;
  if (environment === undefined) {
    throw new Failure(`Name the environment, or none: ${Object.keys(environments).join(", ")}.`);
  }
  if (args.secrets === undefined)
    throw new Failure("Name the file with the secrets of the environment: --secrets FILE.");
  return { file: resolve(args.secrets), field: secret.name, worker: `${secret.worker}${environment.suffix}` };
}

/** What the file has. */
export function readFields(file: string): Record<string, unknown> {
  try {
    return Fields.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Failure(`${file} is no file of secrets in JSON.`);
  }
}

/** Only the owner may read it; a reader sees the old file or the new one. */
export function writeFields(file: string, fields: Record<string, unknown>): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(fields, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Puts a secret at a worker. Its text is told to wrangler by its input, where no list of processes shows it. */
export function putSecret(worker: string, name: string, input: string): void {
  const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const args = [wrangler, "secret", "put", name, "--name", worker];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, input, stdio: ["pipe", "inherit", "inherit"] });
  if (status !== 0) throw new Failure(`${name} of ${worker} is what it was: the secret was not put.`);
}

/** Runs a script's work; what went wrong is its last line, and its exit code 1. */
export async function runScript(main: () => Promise<void> | void): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
