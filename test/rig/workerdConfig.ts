/**
 * The configuration of a bare workerd that runs our workers: the bindings are read from the wrangler configs, so that
 * nothing is written twice. Objects are kept in SQLite files on disk, durable as in production.
 */
import { relative } from "node:path";
import type { Bundle, WorkerConfig } from "./bundles.ts";
import { OBSERVED_MODULE, OBSERVER } from "./observedObjects.ts";

export interface WorkerdSettings {
  /** Folder of the configuration file; paths in it are relative to it. */
  readonly configDir: string;
  /** Folder that holds the objects' SQLite files. */
  readonly storageDir: string;
  /** host:port of the first worker's HTTP. */
  readonly address: string;
  /** Secrets and variables by name; each worker gets those that its own config lists. */
  readonly text: Readonly<Record<string, string>>;
  /** Flags of V8, say "--max-heap-size=128". */
  readonly v8Flags?: readonly string[];
  /** By worker: the module around it and the host:port at which its observer answers (observedObjects.ts). */
  readonly observers?: ReadonlyMap<string, Observer>;
}

export interface Observer {
  /** File of the main module. */
  readonly module: string;
  readonly address: string;
}

/** Gives the text of the configuration. Throws when a worker asks for a secret that `text` lacks. */
export function workerdConfig(bundles: readonly Bundle[], settings: WorkerdSettings): string {
  const first = bundles[0];
  if (first === undefined) throw new Error("no worker to run");
  const services = bundles.map(({ name }, index) => `(name = ${quote(name)}, worker = .worker${index})`);
  const workers = bundles.map((bundle, index) => `const worker${index} :Workerd.Worker = ${worker(bundle, settings)};`);
  const observers = [...(settings.observers ?? [])].map(
    ([name, { address }]) =>
      `(name = ${quote(`${name}-observer`)}, address = ${quote(address)}, http = (), \
service = (name = ${quote(name)}, entrypoint = ${quote(OBSERVER)}))`,
  );
  const sockets = [
    `(name = "http", address = ${quote(settings.address)}, http = (), service = ${quote(first.name)})`,
    ...observers,
  ];
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    ${services.join(",\n    ")},
    (name = "storage", disk = (path = ${quote(settings.storageDir)}, writable = true, allowDotfiles = false)),
    # Objects reach the database's bridge on this machine and nothing else.
    (name = "local-network", network = (allow = ["local"])),
  ],
  sockets = [
    ${sockets.join(",\n    ")}
  ],
  v8Flags = [${(settings.v8Flags ?? []).map(quote).join(", ")}],
);

${workers.join("\n\n")}
`;
}

function worker({ config, name, module }: Bundle, settings: WorkerdSettings): string {
  const objects = Object.entries(config.exports).flatMap(([className, entry]) => {
    if ("renamed_to" in entry) return [];
    const key = `${name}-${firstNameOf(className, config)}`;
    return [`(className = ${quote(className)}, uniqueKey = ${quote(key)}, enableSql = true)`];
  });
  const storage = objects.length === 0 ? "" : '\n  durableObjectStorage = (localDisk = "storage"),';
  const embedded = (file: string) => `embed ${quote(relative(settings.configDir, file))}`;
  const observer = settings.observers?.get(name);
  const modules =
    observer === undefined
      ? [`(name = "index.js", esModule = ${embedded(module)})`]
      : [
          `(name = "index.js", esModule = ${embedded(observer.module)})`,
          `(name = ${quote(OBSERVED_MODULE)}, esModule = ${embedded(module)})`,
        ];
  return `(
  modules = [${modules.join(", ")}],
  compatibilityDate = ${quote(config.compatibility_date)},
  compatibilityFlags = [${config.compatibility_flags.map(quote).join(", ")}],
  globalOutbound = "local-network",
  durableObjectNamespaces = [${objects.join(", ")}],${storage}
  bindings = [
    ${bindings(config, name, settings).join(",\n    ")}
  ],
)`;
}

/** As on the platform, the objects of a class that was renamed stay where they are. */
function firstNameOf(className: string, config: WorkerConfig): string {
  const earlier = Object.entries(config.exports).find(
    ([, entry]) => "renamed_to" in entry && entry.renamed_to === className,
  );
  return earlier === undefined ? className : firstNameOf(earlier[0], config);
}

function bindings(config: WorkerConfig, name: string, { text }: WorkerdSettings): string[] {
  const objects = config.durable_objects.bindings.map((binding) => {
    const from = binding.script_name === undefined ? "" : `, serviceName = ${quote(binding.script_name)}`;
    const designator = `(className = ${quote(binding.class_name)}${from})`;
    return `(name = ${quote(binding.name)}, durableObjectNamespace = ${designator})`;
  });
  const services = config.services.map(({ binding, service, entrypoint }) => {
    const at = entrypoint === undefined ? "" : `, entrypoint = ${quote(entrypoint)}`;
    return `(name = ${quote(binding)}, service = (name = ${quote(service)}${at}))`;
  });
  const variables = Object.entries(config.vars).map(([key, value]) => textBinding(key, text[key] ?? value));
  const secrets = config.secrets.required.map((key) => {
    const value = text[key];
    if (value === undefined) throw new Error(`worker ${name} needs ${key}`);
    return textBinding(key, value);
  });
  return [...objects, ...services, ...variables, ...secrets];
}

function textBinding(name: string, value: string): string {
  return `(name = ${quote(name)}, text = ${quote(value)})`;
}

/** Cap'n Proto text has the escapes of C, which JSON's are part of as long as the text is plain ASCII. */
function quote(text: string): string {
  if (!/^[\x20-\x7e\n\t]*$/.test(text)) throw new Error("only plain text can be configured");
  return JSON.stringify(text);
}
