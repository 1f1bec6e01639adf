import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { afterEach, expect, test } from "vitest";
import { readBaseConfigs } from "../ops/workers.ts";
import { CONFIGS, strayDevVars, writeEnvFiles } from "./envFiles.ts";
import { WRANGLER_DEV, whyNotToStart, wranglerAmong } from "./wranglerStart.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((dir) => rmSync(dir, { recursive: true })));

/** A folder with the project's configurations alone. */
function checkout(): string {
  const dir = mkdtempSync(join(tmpdir(), "exchange-vars-"));
  folders.push(dir);
  for (const config of CONFIGS) {
    mkdirSync(dirname(join(dir, config)), { recursive: true });
    writeFileSync(join(dir, config), readFileSync(join(ROOT, config)));
  }
  return dir;
}

const varsOf = (dir: string, config: string) => parseEnv(readFileSync(join(dir, dirname(config), ".env"), "utf8"));

test("DV-12: a first start of wrangler creates every required secret, readable by the owner only, and changes no existing one", async () => {
  const dir = checkout();
  expect(await writeEnvFiles(dir)).toHaveLength(3);
  const required = new Map(readBaseConfigs().map(({ config, folder }) => [folder, config.secrets.required]));
  for (const config of CONFIGS) {
    const vars = varsOf(dir, config);
    const names = required.get(join(ROOT, dirname(config)).replace(/\/$/, "")) ?? [];
    expect(Object.keys(vars), config).toEqual(expect.arrayContaining([...names, "JURISDICTIONS"]));
    expect(statSync(join(dir, dirname(config), ".env")).mode & 0o077).toBe(0);
  }
  const gateway = varsOf(dir, "wrangler.toml");
  expect(gateway).toMatchObject({ MAILER: "outbox", FOUR_EYES: "off", OIDC_PROVIDERS: "[]" });
  expect(JSON.parse(gateway["JWT_KEYS"] ?? "")).toMatchObject({ keys: [{ alg: "ES256" }] });
  expect(await writeEnvFiles(dir)).toEqual([]);
  // A later release requires one that the file does not have.
  writeFileSync(join(dir, ".env"), "FOUR_EYES=on\nBOOTSTRAP_SECRET=mine-and-nobody-elses\n");
  expect(await writeEnvFiles(dir)).toEqual([join(dir, ".env")]);
  expect(varsOf(dir, "wrangler.toml")).toMatchObject({ FOUR_EYES: "on", BOOTSTRAP_SECRET: "mine-and-nobody-elses" });
  expect(varsOf(dir, "wrangler.toml")).toHaveProperty("JWT_KEYS");
});

test("DV-12: a file that wrangler would read instead of the variables of npm run dev is named", async () => {
  const dir = checkout();
  await writeEnvFiles(dir);
  expect(strayDevVars(dir)).toBeNull();
  writeFileSync(join(dir, "durable-objects/.dev.vars"), "");
  expect(strayDevVars(dir)).toBe(join(dir, "durable-objects/.dev.vars"));
});

test("DV-12: git ignores the files", () => {
  const files = CONFIGS.map((config) => join(dirname(config), ".env"));
  const ignored = execFileSync("git", ["check-ignore", ...files], { cwd: ROOT, encoding: "utf8" });
  expect(ignored.trim().split("\n")).toHaveLength(3);
});

test("DV-12: wrangler with the gateway's configuration alone ends with the right command line", () => {
  const cli = (args: string) => ({
    pid: 7,
    command: `/usr/bin/node /p q/node_modules/wrangler/wrangler-dist/cli.js ${args}`,
  });
  const shell = { pid: 9, command: "sh -c node_modules/.bin/node dev/wranglerDev.ts" };
  expect(wranglerAmong([shell, cli("dev")])?.pid).toBe(7);
  expect(wranglerAmong([shell, { pid: 1, command: "node /x/vitest.mjs run dev" }])).toBeUndefined();
  expect(wranglerAmong([shell, cli("dev -c wrangler.toml --env-file /x/empty.env")])).toBeUndefined();
  expect(wranglerAmong([shell, cli("deploy --dry-run -c wrangler.toml")])).toBeUndefined();
  for (const args of ["dev", "dev --port 9000", "dev -c wrangler.toml"]) {
    expect(whyNotToStart(cli(args)), args).toContain(`Type: ${WRANGLER_DEV} (or npm run dev`);
  }
  expect(whyNotToStart(cli(`${WRANGLER_DEV.replace("npx wrangler ", "")} --port 9000`))).toBeNull();
});
