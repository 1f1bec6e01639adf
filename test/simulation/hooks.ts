/** Replaces the platform by simulated parts, and large limits by small ones, when modules are loaded. */
import { registerHooks } from "node:module";

/** A change of one source file. */
export interface Patch {
  /** Path from the root of the project. */
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

const ROOT = new URL("../../", import.meta.url).href;

const beside = (name: string): string => new URL(name, import.meta.url).href;

const REPLACED: Readonly<Record<string, string>> = {
  "cloudflare:workers": beside("platform.ts"),
  "@neondatabase/serverless": beside("postgres.ts"),
};

/** Small limits, so that short runs reach all of them. */
const BOUNDS: readonly Patch[] = [
  ...Object.entries({
    ROW_BYTES_MAX: "1_800_000 -> 1_800",
    BATCH_REQUESTS_MAX: "512 -> 3",
    ENVELOPE_MESSAGES_MAX: "500 -> 4",
    JOURNAL_BYTES_BEFORE_SNAPSHOT: "256 * 1024 -> 3_000",
    ENVELOPES_IN_FLIGHT_MAX: "64 -> 2",
    // Windows are as long as they get, all day.
    GATHER_FROM_MS: "2 -> 0",
    GATHER_IDLE_MS: "500 -> 60_000",
    GATHER_ABOVE: "1 -> 0",
    RECONCILE_MS: "60_000 -> 9_000",
    PUSH_QUEUE_MAX: "2_000 -> 5",
    UPDATES_A_ROW_MAX: "500 -> 2",
    ACTIVITIES_A_ROW_MAX: "64 -> 4",
    PROJECTED_ROWS_MIN: "64 -> 5",
    PROJECTED_ROWS_MAX: "512 -> 9",
    PROJECTED_ROWS_AGE_MS: "1_000 -> 20",
  }).map(([name, change]) => {
    const [before, after] = change.split(" -> ");
    const line = (value = "") => `export const ${name} = ${value};`;
    return { file: "durable-objects/actor/limits.ts", find: line(before), replace: line(after) };
  }),
  {
    file: "domain/matching/bookState.ts",
    find: "export const RECENT_TRADES = 2_048;",
    replace: "export const RECENT_TRADES = 6;",
  },
  {
    file: "durable-objects/orderbook/depth/changeLog.ts",
    find: "const CHANGES_MAX = 600;",
    replace: "const CHANGES_MAX = 4;",
  },
  {
    file: "durable-objects/orderbook/depth/views.ts",
    find: "export const DEPTH_ROWS_MAX = 1_000;",
    replace: "export const DEPTH_ROWS_MAX = 4;",
  },
  {
    file: "durable-objects/orderbook/tapeOutbox.ts",
    find: "export const UNWRITTEN_MAX = 4_096;",
    replace: "export const UNWRITTEN_MAX = 5;",
  },
  {
    file: "durable-objects/orderbook/tapeOutbox.ts",
    find: "export const TRADES_AT_ONCE = 4_096;",
    replace: "export const TRADES_AT_ONCE = 8;",
  },
  {
    // Hashing and packing a day take time that is not simulated.
    file: "durable-objects/tape/object.ts",
    find: "    this.#sealing.appended();\n",
    replace: "",
  },
  {
    file: "durable-objects/orderbook/quoteOutbox.ts",
    find: "export const QUOTES_AT_ONCE = 4_096;",
    replace: "export const QUOTES_AT_ONCE = 5;",
  },
  {
    file: "durable-objects/tape/quoteTable.ts",
    find: "export const QUOTES_A_ROW = 512;",
    replace: "export const QUOTES_A_ROW = 6;",
  },
  {
    file: "durable-objects/tape/tradeTable.ts",
    find: "const TRADES_A_ROW = 1_024;",
    replace: "const TRADES_A_ROW = 6;",
  },
  {
    file: "domain/transfers/transfer.ts",
    find: "export const TRANSFER_EXPIRES_MS = 7 * 86_400_000;",
    replace: "export const TRANSFER_EXPIRES_MS = 5_000;",
  },
  {
    file: "protocol/ids/residency.ts",
    find: "Readonly<Record<Region, number>> = { world: 16, eu: 4 };",
    replace: "Readonly<Record<Region, number>> = { world: 1, eu: 1 };",
  },
  {
    // Before the clocks that are wrong are right again.
    file: "domain/account/fees/sweep.ts",
    find: "export const SWEEP_SPREAD_MS = 4 * HOUR;",
    replace: "export const SWEEP_SPREAD_MS = HOUR / 2;",
  },
  {
    file: "durable-objects/audit/drain.ts",
    find: "export const DRAIN_EVENTS = 2_000;",
    replace: "export const DRAIN_EVENTS = 7;",
  },
];

/** The text with a patch applied. Throws unless the replaced text occurs exactly once. */
export function patched(text: string, { file, find, replace }: Patch): string {
  const places = text.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} has ${places} places of: ${find}`);
  return text.replace(find, () => replace);
}

/** Call before any module of the exchange is loaded. `mutant` is an additional patch. */
export function installHooks(mutant: Patch | null): void {
  const patches = mutant === null ? BOUNDS : [...BOUNDS, mutant];
  registerHooks({
    resolve: (specifier, context, next) => {
      const replaced = REPLACED[specifier];
      if (replaced !== undefined) return { url: replaced, shortCircuit: true };
      const found = next(specifier, context);
      const signer = found.url === `${ROOT}durable-objects/audit/signer.ts`;
      return signer ? { ...found, url: beside("signer.ts") } : found;
    },
    load: (url, context, next) => {
      const loaded = next(url, context);
      const own = patches.filter(({ file }) => url === ROOT + file);
      if (own.length === 0) return loaded;
      const { source } = loaded;
      const text = typeof source === "string" ? source : new TextDecoder().decode(source);
      return { ...loaded, source: own.reduce(patched, text) };
    },
  });
}
