/**
 * Observes the objects of a worker from outside: a module around the worker's bundle logs each constructor call, and an
 * entrypoint of its own reaches every object by class and name. The product has none of it.
 */
import { readFileSync } from "node:fs";
import type { WorkerConfig } from "./bundles.ts";

/** The name of the entrypoint, and of the module that has the worker itself. */
export const OBSERVER = "RigObserver";
export const OBSERVED_MODULE = "observed.js";

/** The object classes of a worker. */
export function objectClasses(config: WorkerConfig): string[] {
  return Object.entries(config.exports).flatMap(([name, entry]) => ("renamed_to" in entry ? [] : [name]));
}

/**
 * The main module of an observed worker. Its entrypoint answers `/calls` (how often each method of the classes was called
 * since the process started), `/touch` (a call that does nothing, for which an object
 * that is not in memory is constructed) and `/abort` (the object dies, as when the platform moves it).
 */
export function observingModule(config: WorkerConfig): string {
  const classes = objectClasses(config).map(
    (name) => `export class ${name} extends observed.${name} {
  constructor(ctx, env) {
    super(ctx, env);
    console.log(JSON.stringify({ event: "rig.constructed", at: Date.now(), class: "${name}", object: ctx.id.name ?? String(ctx.id) }));
  }
  alarm(...args) {
    console.log(JSON.stringify({ event: "rig.alarm", at: Date.now(), class: "${name}", object: this.ctx.id.name }));
    return super.alarm?.(...args);
  }
  rigTouch() {}
  rigAbort() { this.ctx.abort("aborted by the rig"); }
}
counted(${name}, "${name}");`,
  );
  return `import { WorkerEntrypoint } from "cloudflare:workers";
import * as observed from "${OBSERVED_MODULE}";
export * from "${OBSERVED_MODULE}";
export { default } from "${OBSERVED_MODULE}";
const calls = {};
function counted(Class, name) {
  const base = Object.getPrototypeOf(Class.prototype);
  for (const method of Object.getOwnPropertyNames(base)) {
    const own = Object.getOwnPropertyDescriptor(base, method);
    if (["constructor", "alarm", "fetch"].includes(method) || method.startsWith("webSocket")) continue;
    if (typeof own?.value !== "function") continue;
    const key = name + "." + method;
    Class.prototype[method] = function (...args) {
      calls[key] = (calls[key] ?? 0) + 1;
      return own.value.apply(this, args);
    };
  }
}
${classes.join("\n")}
export class ${OBSERVER} extends WorkerEntrypoint {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/calls") return Response.json(calls);
    const stub = this.ctx.exports[searchParams.get("class")].getByName(searchParams.get("name"));
    if (pathname === "/touch") await stub.rigTouch();
    else await stub.rigAbort().catch(() => undefined);
    return new Response();
  }
}
`;
}

export interface ObservedEvent {
  readonly event: "rig.constructed" | "rig.alarm";
  /** Epoch milliseconds. */
  readonly at: number;
  readonly class: string;
  readonly object: string;
}

/** The constructor calls and alarms that a log has, in their order. */
export function observedIn(logFile: string): ObservedEvent[] {
  return readFileSync(logFile, "utf8")
    .split("\n")
    .filter((line) => line.includes('"event":"rig.'))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))) as ObservedEvent);
}
