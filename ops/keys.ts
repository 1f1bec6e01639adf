/**
 * Replaces the keys that sign access tokens, one phase at each call (ops/keySet.ts says which, and when it may be):
 *
 *     npm run keys:rotate                                     of the state folder .dev (--state DIR for another)
 *     npm run keys:rotate -- staging --secrets FILE           of an environment: puts the secret, then writes FILE
 *     npm run keys:rotate -- staging --secrets FILE --dry-run says what it would do
 *
 * A platform does not give a secret back, so FILE has what was put last: JSON with a field JWT_KEYS, as for deployments.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { Environments } from "./environments.ts";
import { KeySet, rotate } from "./keySet.ts";
import { ROOT } from "./workers.ts";

const SECRET = "JWT_KEYS";
const WORKER = "exchange-gateway";
/** Of a state folder, which keeps the set as JSON and not as text. */
const FIELD = "jwtKeys";

/** A reason to stop that needs no stack trace. */
class Failure extends Error {}

const Fields = z.record(z.string(), z.unknown());

function readFields(file: string): Record<string, unknown> {
  try {
    return Fields.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Failure(`${file} is no file of secrets in JSON.`);
  }
}

/** Only the owner may read it; a reader sees the old file or the new one. */
function writeFields(file: string, fields: Record<string, unknown>): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(fields, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readSet(file: string, field: string, value: unknown): KeySet {
  try {
    return KeySet.parse(typeof value === "string" ? JSON.parse(value) : value);
  } catch {
    throw new Failure(`${file} has no set of private keys in ${field}: put there what was deployed last.`);
  }
}

/** The set is told to wrangler by its input, where no list of processes shows it. */
function putSecret(worker: string, set: KeySet): void {
  const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const args = [wrangler, "secret", "put", SECRET, "--name", worker];
  const input = JSON.stringify(set);
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, input, stdio: ["pipe", "inherit", "inherit"] });
  if (status !== 0) throw new Failure(`${SECRET} of ${worker} is what it was: the secret was not put.`);
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      secrets: { type: "string" },
      state: { type: "string", default: ".dev" },
    },
  });
  const environments = Environments.parse(JSON.parse(readFileSync(join(ROOT, "ops", "environments.json"), "utf8")));
  const [name] = positionals;
  const environment = name === undefined ? null : Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment === undefined || positionals.length > 1) {
    throw new Failure(`Say which environment, or none: ${Object.keys(environments).join(", ")}.`);
  }
  if (environment !== null && values.secrets === undefined) {
    throw new Failure("Say where the secrets of the environment are: --secrets FILE.");
  }
  const file = environment === null ? resolve(ROOT, values.state, "secrets.json") : resolve(values.secrets ?? "");
  const field = environment === null ? FIELD : SECRET;
  const fields = readFields(file);
  const { phase, kid, set, nextAt } = rotate(readSet(file, field, fields[field]), Date.now());
  const what = { add: "publish the next key", promote: "sign with the next key", drop: "drop the old key" }[phase];
  const where = environment === null ? file : `${WORKER}${environment.suffix}`;
  console.log(`${phase}: ${what} (${kid}) at ${where}`);
  if (values["dry-run"]) return console.log("Nothing was changed.");
  if (environment !== null) putSecret(`${WORKER}${environment.suffix}`, set);
  writeFields(file, { ...fields, [field]: environment === null ? set : JSON.stringify(set) });
  if (environment === null) console.log("The next start of the exchange takes it.");
  console.log(
    nextAt === null ? "The rotation is complete." : `The next phase: not before ${new Date(nextAt).toISOString()}.`,
  );
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
