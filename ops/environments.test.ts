import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EDGE_LIMITS } from "../workers/gateway/limits/edgeBindings.ts";
import {
  type BaseConfig,
  Environments,
  deriveConfigs,
  missingSecrets,
  planDeployments,
  secretsOf,
} from "./environments.ts";
import { ROOT, readBaseConfigs } from "./workers.ts";

const environments = Environments.parse(JSON.parse(readFileSync(join(ROOT, "ops", "environments.json"), "utf8")));
const target = join(ROOT, ".cache", "deploy", "any");
const bases = readBaseConfigs();

function derive(name: string): BaseConfig[] {
  const environment = environments[name];
  if (environment === undefined) throw new Error(`no environment ${name}`);
  return deriveConfigs(bases, environment, target);
}

/** Scripts a configuration refers to. */
function references({ durable_objects, services }: BaseConfig): string[] {
  const objects = durable_objects.bindings.flatMap(({ script_name }) => script_name ?? []);
  return [...new Set([...objects, ...services.map(({ service }) => service)])];
}

test.each(Object.keys(environments))("DV-5: in %s each reference is to a worker of the same environment", (name) => {
  const configs = derive(name);
  const names = configs.map((config) => config.name);
  expect(new Set(names).size).toBe(3);
  for (const config of configs) {
    expect(names).toEqual(expect.arrayContaining(references(config)));
    expect(existsSync(join(target, config.main)), config.main).toBe(true);
    if (config.assets !== undefined) expect(existsSync(join(target, config.assets.directory))).toBe(true);
  }
});

test("DV-5: no two environments share a script", () => {
  const names = Object.keys(environments).flatMap((name) => derive(name).map((config) => config.name));
  expect(new Set(names).size).toBe(names.length);
});

test("RL-5: every environment has the rate limits at the edge, with the numbers that the gateway reports, and its own counters", () => {
  const counters: string[] = [];
  for (const name of Object.keys(environments)) {
    const limits = derive(name).flatMap((config) => config.ratelimits);
    expect(Object.fromEntries(limits.map((limit) => [limit.name, limit.simple.limit]))).toEqual(EDGE_LIMITS);
    expect(limits.every((limit) => limit.simple.period === 60)).toBe(true);
    counters.push(...limits.map((limit) => limit.namespace_id));
  }
  expect(new Set(counters).size).toBe(counters.length);
});

test("DV-5: production is the base configurations, and no binding is lost anywhere", () => {
  // What a build does before it is for one's own machine (DV-12).
  expect(derive("production").some((config) => "build" in config)).toBe(false);
  // Where it is reached: DV-13.
  const withoutPlace = (config: BaseConfig) => ({
    ...config,
    workers_dev: null,
    preview_urls: null,
    routes: null,
    build: null,
    main: "",
    ...(config.assets === undefined ? {} : { assets: { ...config.assets, directory: "" } }),
  });
  expect(derive("production").map(withoutPlace)).toEqual(bases.map(({ config }) => withoutPlace(config)));
  const bindings = (config: BaseConfig) => [
    ...config.durable_objects.bindings.map((binding) => [binding.name, binding.class_name]),
    ...config.services.map(({ binding }) => binding),
    ...config.ratelimits.map((limit) => limit.name),
    ...config.r2_buckets.map(({ binding }) => binding),
    ...Object.keys(config.vars),
    ...config.secrets.required,
  ];
  for (const name of Object.keys(environments)) {
    expect(derive(name).map(bindings)).toEqual(bases.map(({ config }) => bindings(config)));
  }
});

test("DV-5: each environment has a bucket of its own", () => {
  const names = Object.keys(environments).flatMap((name) =>
    derive(name).flatMap((config) => config.r2_buckets.map(({ bucket_name }) => bucket_name)),
  );
  expect(names).toHaveLength(Object.keys(environments).length);
  expect(new Set(names).size).toBe(names.length);
});

test("DV-5: an environment's variables replace those of the base, and only those", () => {
  const [core] = deriveConfigs(
    bases,
    { suffix: "-x", ratelimits: 1, test: true, vars: { "exchange-core": { AUDIT_SHARDS: "2" } } },
    target,
  );
  expect(core).toMatchObject({ name: "exchange-core-x", vars: { AUDIT_SHARDS: "2", NEON_FETCH_ENDPOINT: "" } });
  const misspelt = { suffix: "", ratelimits: 1, test: true, vars: { "exchange-core": { AUDIT_SHARD: "2" } } };
  expect(() => deriveConfigs(bases, misspelt, target)).toThrow("exchange-core has no variable AUDIT_SHARD");
  const stranger = { suffix: "", ratelimits: 1, test: true, vars: { "exchange-cor": {} } };
  expect(() => deriveConfigs(bases, stranger, target)).toThrow("exchange-cor");
});

test("DV-5: a script of another project keeps its name", () => {
  const [base] = bases;
  if (base === undefined) throw new Error("no base");
  const foreign = { ...base, config: { ...base.config, services: [{ binding: "MAIL", service: "mailer" }] } };
  expect(deriveConfigs([foreign], { suffix: "-x", ratelimits: 1, test: true, vars: {} }, target)[0]?.services).toEqual(
    foreign.config.services,
  );
});

test("WS-19: in every environment the gateway calls quotes by an entrypoint that no hostname reaches", () => {
  for (const name of Object.keys(environments)) {
    const gateway = derive(name).find(({ services }) => services.some(({ binding }) => binding === "QUOTES"));
    expect(gateway?.services).toEqual([expect.objectContaining({ binding: "QUOTES", entrypoint: "ForGateway" })]);
  }
});

test("DV-5: on the first deployment nothing refers to a script that does not exist yet", () => {
  const configs = derive("staging");
  const there = new Set<string>();
  const plan = planDeployments(configs, true);
  for (const config of plan) {
    there.add(config.name);
    expect([...there]).toEqual(expect.arrayContaining(references(config)));
  }
  expect(plan.map(({ name }) => name.replace(/^exchange-(.*)-staging$/, "$1"))).toEqual([
    "core",
    "quotes",
    "core",
    "gateway",
  ]);
  // What is there at the end is complete.
  for (const config of configs) expect(plan.findLast(({ name }) => name === config.name)).toEqual(config);
  expect(planDeployments(configs, false)).toEqual(configs);
});

test("DV-5: a worker gets the secrets it requires and no others", () => {
  const given = {
    DATABASE_URL: "postgres://…",
    AUDIT_SIGNING_KEY: "{}",
    JWT_KEYS: "{}",
    BOOTSTRAP_SECRET: "s",
    OIDC_PROVIDERS: "[]",
  };
  const [core, quotes, gateway] = derive("production").map((config) => Object.keys(secretsOf(config, given)));
  expect(core).toEqual(["DATABASE_URL", "AUDIT_SIGNING_KEY"]);
  expect(quotes).toEqual([]);
  expect(gateway).toEqual(["JWT_KEYS", "BOOTSTRAP_SECRET", "OIDC_PROVIDERS"]);
});

test("DV-15: a first deployment without all secrets ends with their names, before anything is built", () => {
  const configs = derive("production");
  const all = Object.fromEntries(configs.flatMap(({ secrets }) => secrets.required.map((name) => [name, "x"])));
  expect(Object.keys(all).length).toBeGreaterThan(7);
  expect(missingSecrets(configs, all)).toEqual([]);
  expect(missingSecrets(configs, { ...all, JWT_KEYS: "" })).toEqual(["JWT_KEYS"]);
  const dir = mkdtempSync(join(tmpdir(), "exchange-secrets-"));
  const file = join(dir, "secrets.json");
  writeFileSync(file, JSON.stringify({ JWT_KEYS: "{}" }));
  const args = [join(ROOT, "ops", "deploy.ts"), "staging", "--first", "--dry-run", "--secrets", file];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  rmSync(dir, { recursive: true });
  expect([status, stderr.trim().split("\n").length]).toEqual([1, 1]);
  expect(stderr).toMatch(
    /^A first deployment needs every secret: --secrets FILE lacks .*DATABASE_URL.*BOOTSTRAP_SECRET/,
  );
});
