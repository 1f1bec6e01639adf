/** Books on a bare workerd, driven by a book client; see bench/book/. */
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePort } from "../dev/ports.ts";
import { newKeyEncryptionKeys } from "../dev/secrets.ts";
import { ROOT, buildBundles } from "../test/rig/bundles.ts";
import type { Bundle } from "../test/rig/bundles.ts";
import { startWorkerd } from "../test/rig/workerd.ts";
import type { Workerd } from "../test/rig/workerd.ts";
import { workerdConfig } from "../test/rig/workerdConfig.ts";
import type { Keeps } from "./book/benchBook.ts";
import type { BookView, AccountCursors, DrivePlan, DriveResult } from "./book/plan.ts";
import type { FlowShape } from "./book/flow.ts";

const BOOK_CLIENT_CONFIG = join(ROOT, "bench/book/wrangler.toml");
const CORE_CONFIG = join(ROOT, "durable-objects/wrangler.toml");
const BOOK_CLIENT = "bench-book-client";

/** A worker with books, and the book client's binding for them. */
export interface Venue {
  readonly binding: string;
  readonly bundle: Bundle;
  readonly className: string;
}

/** The production bundle of the actors; its books exchange messages with the book client instead of accounts. */
export async function productionVenue(): Promise<Venue> {
  const [core] = await buildBundles([CORE_CONFIG]);
  if (core === undefined) throw new Error("no core bundle");
  const bindings = core.config.durable_objects.bindings
    // Without a subscription the book pushes nothing.
    .filter(({ name }) => name !== "RELAY")
    .map((binding) => (binding.name === "ACCOUNT" ? { ...binding, script_name: BOOK_CLIENT } : binding));
  const bundle = { ...core, config: { ...core.config, durable_objects: { bindings } } };
  return { binding: "BOOK", bundle, className: "OrderBook" };
}

/** The book's machine in the kernel, with full or reduced persistence; see bench/book/benchBook.ts. */
export async function comparedVenue(keeps: Keeps): Promise<Venue> {
  const bundle = await benchBundle();
  const config = {
    ...bundle.config,
    durable_objects: { bindings: [{ name: "ACCOUNT", class_name: "Account", script_name: BOOK_CLIENT }] },
    exports: { BenchBook: { type: "durable-object", storage: "sqlite" } } as const,
    vars: { KEEPS: keeps },
  };
  return { binding: keeps, bundle: { ...bundle, name: `bench-book-${keeps}`, config }, className: "BenchBook" };
}

export interface BookRig {
  readonly storageDir: string;
  readonly inspectorUrl: string;
  pid(): number;
  kill(): Promise<void>;
  /** Starts a killed rig again; returns when the process was started and when it answered, by performance.now(). */
  restart(): Promise<{ started: number; ready: number }>;
  stop(): Promise<void>;
  open(binding: string, shape: FlowShape): Promise<void>;
  drive(binding: string, plan: DrivePlan): Promise<DriveResult>;
  /** Runs the engine alone for this many seconds. */
  engine(shape: FlowShape, seconds: number): Promise<{ commands: number; seconds: number }>;
  place(binding: string): Promise<AccountCursors>;
  top(binding: string): Promise<unknown>;
  view(binding: string): Promise<BookView>;
  order(binding: string, place: AccountCursors): Promise<unknown>;
}

/** Starts workerd with these venues; `dir` holds configuration, log and the objects' files. */
export async function startBooks(dir: string, venues: readonly Venue[]): Promise<BookRig> {
  const storageDir = join(dir, "objects");
  mkdirSync(storageDir, { recursive: true });
  const configFile = join(dir, "workerd.capnp");
  const address = `127.0.0.1:${await freePort(undefined)}`;
  const inspectorAddress = `127.0.0.1:${await freePort(undefined)}`;
  const variables = {
    DATABASE_URL: "none",
    DATABASE_URL_EU: "none",
    NEON_FETCH_ENDPOINT: "",
    AUDIT_SIGNING_KEY: "",
    PII_MASTER_KEYS: newKeyEncryptionKeys(),
    FEED_CREDENTIALS: "none",
    SES_CREDENTIALS: "none",
  };
  const bundles = [await bookClientBundle(venues), ...venues.map(({ bundle }) => bundle)];
  writeFileSync(configFile, workerdConfig(bundles, { configDir: dir, storageDir, address, text: variables }), {
    mode: 0o600,
  });
  const url = `http://${address}`;
  const spec = { configFile, logFile: join(dir, "workerd.log"), healthUrl: url, inspectorAddress };
  let running: Workerd = await startWorkerd(spec);
  const call = async (binding: string, body: unknown): Promise<unknown> => {
    const { status, text: answer } = await post(`${url}/${binding}`, JSON.stringify(body));
    if (status !== 200) throw new Error(`the book client of ${binding} answers ${status}: ${answer}`);
    return JSON.parse(answer);
  };
  return {
    storageDir,
    inspectorUrl: `http://${inspectorAddress}`,
    pid: () => running.pid,
    kill: () => running.kill(),
    restart: async () => {
      const started = performance.now();
      running = await startWorkerd(spec);
      return { started, ready: performance.now() };
    },
    stop: () => running.stop(),
    open: async (binding, shape) => void (await call(binding, { do: "open", ...shape })),
    drive: async (binding, plan) => (await call(binding, { do: "drive", ...plan })) as DriveResult,
    engine: async (shape, seconds) => {
      const result = await call(venues[0]?.binding ?? "", { do: "engine", ...shape, seconds });
      return result as { commands: number; seconds: number };
    },
    place: async (binding) => (await call(binding, { do: "place" })) as AccountCursors,
    top: (binding) => call(binding, { do: "top" }),
    view: async (binding) => (await call(binding, { do: "view" })) as BookView,
    order: (binding, place) => call(binding, { do: "order", ...place }),
  };
}

/** Uses a new connection, because a kept one may lead to a killed process. */
function post(url: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", agent: false }, (incoming) => {
      text(incoming).then((answer) => resolve({ status: incoming.statusCode ?? 0, text: answer }), reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** The book client, with a binding for the books of each venue. */
async function bookClientBundle(venues: readonly Venue[]): Promise<Bundle> {
  const bundle = await benchBundle();
  const books = venues.map(({ binding, bundle: { name }, className }) => {
    return { name: binding, class_name: className, script_name: name };
  });
  const bindings = [...bundle.config.durable_objects.bindings, ...books];
  return { ...bundle, config: { ...bundle.config, durable_objects: { bindings } } };
}

async function benchBundle(): Promise<Bundle> {
  const [bundle] = await buildBundles([BOOK_CLIENT_CONFIG]);
  if (bundle === undefined) throw new Error("no bundle of the book client");
  return bundle;
}
