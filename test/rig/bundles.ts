/** The deployable bundles of the workers, made by `wrangler deploy --dry-run` exactly as a deploy makes them. */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unstable_readConfig } from "wrangler";
import * as z from "zod";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The three workers; the first takes the public requests. */
export const WORKER_CONFIGS: readonly string[] = [
  join(ROOT, "wrangler.toml"),
  join(ROOT, "workers/quotes/wrangler.toml"),
  join(ROOT, "durable-objects/wrangler.toml"),
];

/** All sources of a bundle. */
const SOURCES = [
  "domain",
  "protocol",
  "durable-objects",
  "workers",
  "db",
  "bench",
  "test/crash/seals",
  "wrangler.toml",
  "package-lock.json",
];
const CACHE = join(ROOT, ".cache/bundles");
/** Bundles of other sources are kept for this time, because another run may use them. */
const STALE_MS = 60 * 60 * 1000;

/** The part of a wrangler config that a bare workerd needs. */
const WorkerConfig = z.object({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  durable_objects: z.object({
    bindings: z.array(z.object({ name: z.string(), class_name: z.string(), script_name: z.string().optional() })),
  }),
  exports: z.record(
    z.string(),
    z.union([
      z.object({ type: z.literal("durable-object"), storage: z.literal("sqlite") }),
      z.object({ type: z.literal("durable-object"), state: z.literal("renamed"), renamed_to: z.string() }),
    ]),
  ),
  services: z
    .array(z.object({ binding: z.string(), service: z.string(), entrypoint: z.string().optional() }))
    .default([]),
  vars: z.record(z.string(), z.string()),
  secrets: z.object({ required: z.array(z.string()) }).default({ required: [] }),
});

export type WorkerConfig = z.infer<typeof WorkerConfig>;

export interface Bundle {
  readonly config: WorkerConfig;
  readonly name: string;
  /** The bundled module; its source map is beside it, with `.map` added. */
  readonly module: string;
}

/** Builds the workers, or takes the bundles of the same sources from the cache. The first config's worker comes first. */
export async function buildBundles(configs: readonly string[] = WORKER_CONFIGS): Promise<Bundle[]> {
  const sources = hashSources();
  dropStale();
  return Promise.all(
    configs.map(async (file) => {
      const config = WorkerConfig.parse(unstable_readConfig({ config: file }));
      const { name, main } = config;
      const key = createHash("sha256").update(sources).update(readFileSync(file)).update(file).digest("hex");
      const folder = join(CACHE, `${name}-${key.slice(0, 16)}`);
      if (!existsSync(folder)) await build(file, folder);
      const module = join(folder, main.replace(/^.*\//, "").replace(/\.ts$/, ".js"));
      if (!existsSync(module)) throw new Error(`${file} made no ${module}`);
      return { config, name, module };
    }),
  );
}

async function build(configFile: string, folder: string): Promise<void> {
  const making = `${folder}.${randomUUID()}`;
  const wrangler = createRequire(import.meta.url).resolve("wrangler/package.json");
  const args = [join(dirname(wrangler), "bin/wrangler.js"), "deploy", "--dry-run"];
  try {
    await promisify(execFile)(process.execPath, [...args, "--config", configFile, "--outdir", making], {
      cwd: dirname(configFile),
      env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" },
    });
  } catch (error) {
    const output = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw new Error(`wrangler could not bundle ${configFile}:\n${output}`, { cause: error });
  }
  try {
    renameSync(making, folder);
  } catch (error) {
    // Another run has built the same sources meanwhile.
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function hashSources(): Buffer {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for (const file of filesUnder(resolve(ROOT, source)))
      hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest();
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && entry.name !== "node_modules")
    .filter((entry) => entry.isDirectory() || /(?<!\.test)\.(ts|toml|json)$/.test(entry.name))
    .flatMap((entry) => filesUnder(join(path, entry.name)))
    .sort();
}

function dropStale(): void {
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    if (Date.now() - statSync(folder).mtimeMs > STALE_MS) rmSync(folder, { recursive: true, force: true });
  }
}
