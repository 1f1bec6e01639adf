import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BaseConfig, deriveConfigs, type Environment, Environments } from "./environments.ts";
import { unfitForProduction } from "./production.ts";
import { ROOT, readBaseConfigs } from "./workers.ts";

const bases = readBaseConfigs();
const GATEWAY = "exchange-gateway";
const CORE = "exchange-core";
const WHERE = { PUBLIC_URL: "https://trade.acme.com" };

/** An environment in which everything is decided, with what differs. */
function environment(vars: Record<string, Record<string, string>> = {}, more: Partial<Environment> = {}): Environment {
  const gateway = { ...WHERE, SECURITY_CONTACT: "mailto:security@acme.com", ...vars[GATEWAY] };
  const core = { ...WHERE, MAIL_FROM: "Acme <no-reply@acme.com>", ...vars[CORE] };
  return { suffix: "", ratelimits: 0, test: false, vars: { [GATEWAY]: gateway, [CORE]: core }, ...more };
}

const at = (place: string): Environment =>
  environment({ [GATEWAY]: { PUBLIC_URL: place }, [CORE]: { PUBLIC_URL: place } });
const derive = (of: Environment): BaseConfig[] => deriveConfigs(bases, of, join(ROOT, ".cache", "deploy", "any"));

test("DV-13: a complete production configuration is deployed, reachable by its own hostname only", () => {
  const configs = derive(environment());
  expect(unfitForProduction(configs)).toEqual([]);
  for (const config of configs) expect([config.workers_dev, config.preview_urls]).toEqual([false, false]);
  expect(configs.map(({ routes }) => routes)).toEqual([
    undefined,
    undefined,
    [{ pattern: "trade.acme.com", custom_domain: true }],
  ]);
});

test.each<readonly [string, Environment, RegExp]>([
  [
    "mail for everybody to read",
    environment({ [GATEWAY]: { MAILER: "outbox" } }),
    /\/dev\/outbox: set MAILER to "ses"/,
  ],
  ["the same in core", environment({ [CORE]: { MAILER: "outbox" } }), /exchange-core .* set MAILER to "ses"/],
  ["a mailer that there is not", environment({ [CORE]: { MAILER: "none" } }), /set MAILER to "ses"/],
  ["workers.dev", environment({}, { workers_dev: true }), /workers\.dev: set "workers_dev" to false/],
  ["preview URLs", environment({}, { preview_urls: true }), /preview URLs.*set "preview_urls" to false/],
  ["a placeholder for an address", at("https://exchange.example"), /set PUBLIC_URL/],
  ["an address without TLS", at("http://trade.acme.com"), /set PUBLIC_URL/],
  ["no address", at("trade"), /set PUBLIC_URL/],
  ["a placeholder for a sender", environment({ [CORE]: { MAIL_FROM: "x@exchange.example" } }), /set MAIL_FROM/],
  ["nobody to tell", environment({ [GATEWAY]: { SECURITY_CONTACT: "" } }), /set SECURITY_CONTACT/],
])("DV-13: %s is refused, with what to do", (_, wrong, sentence) => {
  expect(unfitForProduction(derive(wrong)).join("\n")).toMatch(sentence);
});

test("DV-13: two addresses of one exchange are refused", () => {
  const other = environment({ [CORE]: { PUBLIC_URL: "https://other.acme.com" } });
  expect(() => derive(other)).toThrow(
    "PUBLIC_URL is https://other.acme.com in exchange-core and https://trade.acme.com in",
  );
});

test("DV-13: an environment counts as production unless it is marked as a test environment", () => {
  const all = Environments.parse(JSON.parse(readFileSync(join(ROOT, "ops", "environments.json"), "utf8")));
  expect(Object.entries(all).flatMap(([name, { test: isTest }]) => (isTest ? [] : [name]))).toEqual(["production"]);
  expect(Environments.parse({ live: { suffix: "", ratelimits: 1, vars: {} } })["live"]?.test).toBe(false);
});

test("DV-13: a deployment of an unsafe configuration ends with the reasons, and deploys nothing", () => {
  const { status, stderr, stdout } = spawnSync(process.execPath, ["ops/deploy.ts", "production", "--dry-run"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(status).toBe(1);
  expect(stderr).toContain("set PUBLIC_URL");
  expect(stderr).not.toContain("    at ");
  expect(stdout).toBe("");
});

test.each([
  ["a value that is no string", '{"JWT_KEYS":{"keys":[]},"BOOTSTRAP_SECRET":"x"}', "must be a string: JWT_KEYS.\n"],
  ["broken JSON", "{", "is no file of secrets, neither a JSON object nor lines of NAME=value.\n"],
])("DV-13: a file of secrets with %s is refused in one sentence that shows no value", (_, text, sentence) => {
  const folder = mkdtempSync(join(tmpdir(), "exchange-secrets-"));
  try {
    const file = join(folder, "secrets.json");
    writeFileSync(file, text);
    const args = ["ops/deploy.ts", "staging", "--dry-run", "--secrets", file];
    const { status, stderr, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain(sentence);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
