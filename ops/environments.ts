/**
 * The worker configurations of each environment: the base configurations with other names and variables. Every binding
 * is written once, in the base. An unknown field is refused, because nobody has decided its value in other
 * environments.
 */
import { join, relative, sep } from "node:path";
import * as z from "zod";

const ObjectBinding = z.strictObject({ name: z.string(), class_name: z.string(), script_name: z.string().optional() });
const RateLimit = z.strictObject({
  name: z.string(),
  namespace_id: z.string(),
  simple: z.strictObject({ limit: z.int(), period: z.literal([10, 60]) }),
});
const ServiceBinding = z.strictObject({ binding: z.string(), service: z.string(), entrypoint: z.string().optional() });

/** A base configuration, read from its wrangler.toml. */
export const BaseConfig = z.strictObject({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  keep_names: z.boolean(),
  workers_dev: z.boolean(),
  preview_urls: z.boolean().optional(),
  /** Hostnames and routes of a deployment. */
  routes: z.array(z.strictObject({ pattern: z.string(), custom_domain: z.literal(true) })).optional(),
  assets: z
    .strictObject({
      directory: z.string(),
      binding: z.string(),
      run_worker_first: z.literal(true),
      html_handling: z.literal("none"),
    })
    .optional(),
  /** The build command of local development; deployments have none. */
  build: z.strictObject({ command: z.string(), cwd: z.string(), watch_dir: z.array(z.string()) }).optional(),
  vars: z.record(z.string(), z.string()).default({}),
  secrets: z.strictObject({ required: z.array(z.string()) }).default({ required: [] }),
  durable_objects: z.strictObject({ bindings: z.array(ObjectBinding) }).default({ bindings: [] }),
  exports: z.record(z.string(), z.unknown()).default({}),
  services: z.array(ServiceBinding).default([]),
  ratelimits: z.array(RateLimit).default([]),
  r2_buckets: z.array(z.strictObject({ binding: z.string(), bucket_name: z.string() })).default([]),
  observability: z.unknown(),
});
export type BaseConfig = z.infer<typeof BaseConfig>;

/**
 * The environments by name: the suffix of each script's name, the offset of rate limit ids (scripts of an account share
 * the counters of an id), and variables by script's base name.
 */
export const Environments = z.record(
  z.string(),
  z.strictObject({
    suffix: z.string(),
    ratelimits: z.int(),
    /** A test environment: it may be reachable at workers.dev, and show e-mails instead of sending them. */
    test: z.boolean().default(false),
    /** Further hostnames by the platform; refused for production (production.ts). */
    workers_dev: z.boolean().optional(),
    preview_urls: z.boolean().optional(),
    vars: z.record(z.string(), z.record(z.string(), z.string())),
  }),
);
export type Environment = z.infer<typeof Environments>[string];

/** A base configuration and its folder. */
export interface Placed {
  readonly config: BaseConfig;
  readonly folder: string;
}

/**
 * The configurations of one environment, to be written to `target`, in the given order. Throws when the environment
 * names a variable or a script that the base configurations do not have.
 */
export function deriveConfigs(bases: readonly Placed[], environment: Environment, target: string): BaseConfig[] {
  const scripts = new Set(bases.map(({ config }) => config.name));
  for (const script of Object.keys(environment.vars)) {
    if (!scripts.has(script)) throw new Error(`variables for ${script}, which is no worker of ours`);
  }
  // A script of another project has the same name in all environments.
  const rename = (script: string): string => (scripts.has(script) ? script + environment.suffix : script);
  refuseTwoPlaces(bases, environment);
  return bases.map(({ config: base, folder }) => {
    const config = { ...base };
    delete config.build;
    const vars = environment.vars[config.name] ?? {};
    for (const name of Object.keys(vars)) {
      if (!(name in config.vars)) throw new Error(`${config.name} has no variable ${name}`);
    }
    const all = { ...config.vars, ...vars };
    const placed = (path: string): string => relative(target, join(folder, path)).replaceAll(sep, "/");
    return {
      ...config,
      name: rename(config.name),
      main: placed(config.main),
      ...(config.assets === undefined
        ? {}
        : { assets: { ...config.assets, directory: placed(config.assets.directory) } }),
      ...reached(environment, all["PUBLIC_URL"], config),
      vars: all,
      durable_objects: {
        bindings: config.durable_objects.bindings.map((binding) =>
          binding.script_name === undefined ? binding : { ...binding, script_name: rename(binding.script_name) },
        ),
      },
      services: config.services.map((binding) => ({ ...binding, service: rename(binding.service) })),
      r2_buckets: config.r2_buckets.map((bucket) => ({
        ...bucket,
        bucket_name: bucket.bucket_name + environment.suffix,
      })),
      ratelimits: config.ratelimits.map((limit) => ({
        ...limit,
        namespace_id: String(Number(limit.namespace_id) + environment.ratelimits),
      })),
    };
  });
}

/** All scripts must have the same PUBLIC_URL, because links in e-mails must lead to the origin of the passkeys. */
function refuseTwoPlaces(bases: readonly Placed[], environment: Environment): void {
  const places = bases.flatMap(({ config }) => {
    const place = environment.vars[config.name]?.["PUBLIC_URL"] ?? config.vars["PUBLIC_URL"];
    return place === undefined ? [] : [{ name: config.name, place }];
  });
  const [first, ...others] = places;
  const other = others.find(({ place }) => place !== first?.place);
  if (first !== undefined && other !== undefined) {
    throw new Error(
      `PUBLIC_URL is ${first.place} in ${first.name} and ${other.place} in ${other.name}: set both alike.`,
    );
  }
}

/** The hostnames of a script. In production only the gateway has one, the exchange's own. */
function reached(
  { test, workers_dev, preview_urls }: Environment,
  publicUrl: string | undefined,
  config: BaseConfig,
): Partial<BaseConfig> {
  if (test) return { ...(workers_dev === undefined ? {} : { workers_dev }), preview_urls: preview_urls ?? false };
  const host = config.assets === undefined ? undefined : URL.parse(publicUrl ?? "")?.hostname;
  return {
    workers_dev: workers_dev ?? false,
    preview_urls: preview_urls ?? false,
    ...(host === undefined ? {} : { routes: [{ pattern: host, custom_domain: true }] }),
  };
}

/**
 * The deployments to make, in order. Core and quotes hold objects of each other, and the platform refuses a binding to
 * a script that does not exist: on the very first deployment each script is deployed without its bindings to scripts
 * that come later, and once more when these are there.
 */
export function planDeployments(configs: readonly BaseConfig[], first: boolean): BaseConfig[] {
  if (!first) return [...configs];
  const missing = new Set(configs.map(({ name }) => name));
  const plan: BaseConfig[] = [];
  let postponed: BaseConfig[] = [];
  for (const config of configs) {
    missing.delete(config.name);
    plan.push(withoutBindingsTo(missing, config));
    postponed.push(...(refersTo(missing, config) ? [config] : []));
    plan.push(...postponed.filter((other) => !refersTo(missing, other)));
    postponed = postponed.filter((other) => refersTo(missing, other));
  }
  return plan;
}

function withoutBindingsTo(scripts: ReadonlySet<string>, config: BaseConfig): BaseConfig {
  return {
    ...config,
    durable_objects: {
      bindings: config.durable_objects.bindings.filter(({ script_name }) => !scripts.has(script_name ?? "")),
    },
    services: config.services.filter(({ service }) => !scripts.has(service)),
  };
}

function refersTo(scripts: ReadonlySet<string>, { durable_objects, services }: BaseConfig): boolean {
  return (
    durable_objects.bindings.some(({ script_name }) => scripts.has(script_name ?? "")) ||
    services.some(({ service }) => scripts.has(service))
  );
}

/** The secrets that a first deployment requires and that are missing or empty. */
export function missingSecrets(configs: readonly BaseConfig[], given: Readonly<Record<string, string>>): string[] {
  const required = new Set(configs.flatMap(({ secrets }) => secrets.required));
  return [...required].filter((name) => (given[name] ?? "") === "");
}

/** The secrets of one worker among those given. Other secrets do not change at the platform. */
export function secretsOf(config: BaseConfig, given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    config.secrets.required.flatMap((name) => {
      const value = given[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
