/**
 * Deploys the three workers to one environment:
 *
 *     npm run deploy -- staging                          core, quotes, gateway
 *     npm run deploy -- staging --first --secrets FILE   the first time: nothing exists yet
 *     npm run deploy -- staging --dry-run                builds and checks, sends nothing
 *
 * FILE has the values of secrets, as JSON or as NAME=value lines; each worker receives only those that it requires.
 * Without it the secrets at the platform do not change.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, parseEnv } from "node:util";
import * as z from "zod";
import {
  type BaseConfig,
  Environments,
  deriveConfigs,
  missingSecrets,
  planDeployments,
  secretsOf,
} from "./environments.ts";
import { unfitForProduction } from "./production.ts";
import { ROOT, readBaseConfigs } from "./workers.ts";

const Fields = z.record(z.string(), z.unknown());
const Secrets = z.record(z.string(), z.string());

/** An error whose message is printed without a stack trace. */
class DeployFailure extends Error {}

function readSecrets(file: string | undefined): Record<string, string> {
  if (file === undefined) return {};
  const { data, error } = Secrets.safeParse(readFields(file));
  if (data !== undefined) return data;
  const names = error.issues.map(({ path }) => path.join("."));
  throw new DeployFailure(`Every secret in ${file} must be a string: ${names.join(", ")}.`);
}

function readFields(file: string): Record<string, unknown> {
  try {
    const text = readFileSync(file, "utf8");
    return Fields.parse(text.trimStart().startsWith("{") ? JSON.parse(text) : parseEnv(text));
  } catch {
    throw new DeployFailure(`${file} is no file of secrets, neither a JSON object nor lines of NAME=value.`);
  }
}

function deploy(folder: string, config: BaseConfig, given: Readonly<Record<string, string>>, dryRun: boolean): void {
  const configFile = join(folder, `${config.name}.json`);
  writeFileSync(configFile, `${JSON.stringify(config, null, 2)}\n`);
  const secretsFile = join(folder, `${config.name}.secrets.json`);
  const secrets = secretsOf(config, given);
  const args = ["deploy", "--config", configFile];
  if (dryRun) args.push("--dry-run", "--outdir", join(folder, "dist", config.name));
  if (Object.keys(secrets).length > 0) args.push("--secrets-file", secretsFile);
  try {
    writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
    const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
    const { status } = spawnSync(process.execPath, [wrangler, ...args], { cwd: ROOT, stdio: "inherit" });
    if (status !== 0) throw new DeployFailure(`${config.name} was not deployed; what came before it was.`);
  } finally {
    rmSync(secretsFile, { force: true });
  }
}

function main(): void {
  const environments = Environments.parse(JSON.parse(readFileSync(join(ROOT, "ops", "environments.json"), "utf8")));
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      first: { type: "boolean", default: false },
      secrets: { type: "string" },
    },
  });
  const [name = ""] = positionals;
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment === undefined || positionals.length !== 1) {
    throw new DeployFailure(`Name the environment: ${Object.keys(environments).join(", ")}.`);
  }
  const secrets = readSecrets(values.secrets);
  const folder = join(ROOT, ".cache", "deploy", name);
  const configs = deriveConfigs(readBaseConfigs(), environment, folder);
  const unfit = environment.test ? [] : unfitForProduction(configs);
  if (unfit.length > 0) {
    const how = `If all users of ${name} are test users, set "test": true there instead.`;
    throw new DeployFailure([`${name} lacks what real users need. Nothing was deployed:`, ...unfit, how].join("\n"));
  }
  const missing = values.first ? missingSecrets(configs, secrets) : [];
  if (missing.length > 0) {
    throw new DeployFailure(`A first deployment needs every secret: --secrets FILE lacks ${missing.join(", ")}.`);
  }
  mkdirSync(folder, { recursive: true });
  const plan = planDeployments(configs, values.first);
  for (const [index, config] of plan.entries()) {
    console.log(`\n${index + 1}/${plan.length} ${config.name} → ${name}`);
    deploy(folder, config, secrets, values["dry-run"]);
  }
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
