/**
 * Secrets that a script replaces. The platform does not return secrets, so a JSON file has the last values, one field
 * each.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import { Environments } from "./environments.ts";

/** Not imported from workers.ts, which loads wrangler for seconds. */
const ROOT = join(import.meta.dirname, "..");

/** An error whose message is printed without a stack trace. */
export class Failure extends Error {}

const Fields = z.record(z.string(), z.unknown());

/** The location of a secret: a state folder, or a worker of an environment. */
export interface SecretPlace {
  readonly file: string;
  readonly field: string;
  /** The worker that has the secret; null for a state folder. */
  readonly worker: string | null;
}

/** Reads the location from the arguments of a script. Throws a Failure that names a missing argument. */
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

/** Reads the file. */
export function readFields(file: string): Record<string, unknown> {
  try {
    return Fields.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Failure(`${file} is no file of secrets in JSON.`);
  }
}

/** Writes the file atomically, readable by the owner only. */
export function writeFields(file: string, fields: Record<string, unknown>): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(fields, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * Sets a secret of a worker. Wrangler reads it from standard input, because arguments are visible to other processes.
 */
export function putSecret(worker: string, name: string, input: string): void {
  const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const args = [wrangler, "secret", "put", name, "--name", worker];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, input, stdio: ["pipe", "inherit", "inherit"] });
  if (status !== 0) throw new Failure(`${name} of ${worker} is what it was: the secret was not put.`);
}

/** Runs a script. A Failure is printed as the last line, with exit code 1. */
export async function runScript(main: () => Promise<void> | void): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
