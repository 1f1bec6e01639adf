import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { OUTSIDE_SCRIPT } from "./test/object/outsideScript.ts";
import { CORE_SCRIPT } from "./test/relay/coreScript.ts";

/** Stands in for the quotes worker, which is a script of its own: keeps what books and accounts push, for the tests to read. */
const RELAY_SCRIPT = `
import { DurableObject } from "cloudflare:workers";
export class Relay extends DurableObject {
  pushes = [];
  keep = true;
  away = 0;
  pushMarket(segment) { this.up(); this.pushes.push(segment); return { keep: this.keep }; }
  pushAccount(accountId, updates, through) {
    this.up();
    this.pushes.push({ accountId, updates, through });
    return { keep: this.keep };
  }
  pushNotice(accountId, notice) { this.up(); this.pushes.push({ accountId, notice }); }
  revoked(of) { this.up(); this.pushes.push(of); return { keep: this.keep }; }
  up() { if (this.away-- > 0) throw new Error("away on demand"); }
  goAway(pushes) { this.away = pushes; }
  pushed() { return this.pushes; }
  leave() { this.keep = false; }
  linked = [];
  links = [];
  // The others are of an earlier release.
  fetch() {
    if (!this.ctx.id.name.startsWith("linked")) return new Response(null, { status: 404 });
    const { 0: book, 1: link } = new WebSocketPair();
    link.accept();
    link.binaryType = "arraybuffer";
    link.addEventListener("message", ({ data }) => { this.linked.push(data); link.send("received"); });
    this.links.push(link);
    return new Response(null, { status: 101, webSocket: book });
  }
  receivedOnLinks() { return this.linked; }
  endLinks() { for (const link of this.links.splice(0)) link.close(1000, "done"); }
}
export default { fetch() { return new Response(null, { status: 404 }); } };
`;

// Never a real database, whatever the shell has: tests that need one start their own.
const NO_DATABASE = "postgres://nobody:nothing@127.0.0.1:1/none";
process.env["DATABASE_URL"] = NO_DATABASE;
process.env["DATABASE_URL_EU"] = "none";
// Nothing is drained, so nothing is signed.
process.env["AUDIT_SIGNING_KEY"] = "none";
const MASTER_KEYS = JSON.stringify({ current: "k1", keys: { k1: btoa("0123456789abcdef0123456789abcdef") } });
process.env["PII_MASTER_KEYS"] = MASTER_KEYS;
process.env["SES_CREDENTIALS"] = "none";
process.env["FEED_CREDENTIALS"] = "none";

/** Files share modules, which loads them once; but for those that change modules, globals or the clock for their tests. */
const SHARING = [
  "{domain,protocol,web,db,durable-objects,workers,bench,dev,ops}/**/*.test.ts",
  "test/{conformance,cuts,indicators,rig,tables,journals,model,tidy}/**/*.test.ts",
];
const CHANGES_GLOBALS = /\bvi\.(mock|doMock|stub|spyOn|useFakeTimers|resetModules)|process\.env|await import\(/;
const ISOLATED = globSync(SHARING).filter((file) => CHANGES_GLOBALS.test(readFileSync(file, "utf8")));

/** Tests of whole exchanges that load the machine, or start what `npm run dev` starts: one file at a time. */
const ALONE = ["test/crash/**/*.test.ts", "test/system/{dev,guides,upgrade,wranglerDev}.test.ts"];

export default defineConfig({
  test: {
    silent: "passed-only",
    reporters: ["default", "./test/reporter.ts"],
    projects: [
      {
        test: {
          name: "pure",
          sequence: { groupOrder: 0 },
          maxWorkers: "100%",
          isolate: false,
          include: SHARING,
          exclude: ISOLATED,
          // They run beside others, which go first.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          // The default leaves a processor free, which is half of a machine that has two.
          maxWorkers: "100%",
          include: ISOLATED.concat("test/{simulation,gateway}/**/*.test.ts"),
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./durable-objects/wrangler.toml" },
            miniflare: {
              bindings: {
                MAILER: "outbox",
                // Whatever an .env of this checkout has.
                DATABASE_URL: NO_DATABASE,
                DATABASE_URL_EU: "none",
                AUDIT_SIGNING_KEY: "none",
                PII_MASTER_KEYS: MASTER_KEYS,
                SES_CREDENTIALS: "none",
                JURISDICTIONS: "off",
                NEON_FETCH_ENDPOINT: "http://database.invalid/sql",
                FEED_SOURCE: "alpaca",
                FEED_URL: "ws://upstream.invalid",
                FEED_DATA_URL: "http://upstream.invalid",
                FEED_CREDENTIALS: '{"key":"upstream-key","secret":"upstream-secret"}',
              },
              // Of the gateway: the tests ask it as the gateway does.
              durableObjects: {
                THROTTLE: { className: "Throttle", useSQLite: true },
              },
              outboundService: "outside",
              workers: [
                {
                  name: "outside",
                  modules: true,
                  script: OUTSIDE_SCRIPT,
                  compatibilityDate: "2026-10-20",
                  durableObjects: { UPSTREAM: { className: "Upstream", useSQLite: true } },
                },
                {
                  name: "exchange-quotes",
                  modules: true,
                  script: RELAY_SCRIPT,
                  compatibilityDate: "2026-10-20",
                  durableObjects: { RELAY: { className: "Relay", useSQLite: true } },
                },
              ],
            },
          }),
        ],
        test: {
          name: "object",
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          // A line that an object logs when its test is over would wait for that test for ever.
          disableConsoleIntercept: true,
          include: ["test/object/**/*.test.ts"],
          setupFiles: ["test/object/setup.ts"],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./workers/quotes/wrangler.toml" },
            miniflare: {
              workers: [
                {
                  name: "exchange-core",
                  modules: true,
                  script: CORE_SCRIPT,
                  compatibilityDate: "2026-10-20",
                  durableObjects: {
                    INSTRUMENT_REGISTRY: { className: "InstrumentRegistry", useSQLite: true },
                    TAPE: { className: "Tape", useSQLite: true },
                    TAPE_INDEX: { className: "TapeIndex", useSQLite: true },
                    PRICE_BOARD: { className: "PriceBoard", useSQLite: true },
                    ACCOUNT: { className: "Account", useSQLite: true },
                    PAPER_ACCOUNT: { className: "PaperAccount", useSQLite: true },
                    IDENTITY: { className: "Identity", useSQLite: true },
                    ORDER_BOOK: { className: "OrderBook", useSQLite: true },
                  },
                },
              ],
            },
          }),
        ],
        test: {
          name: "relay",
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          include: ["test/relay/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "system",
          sequence: { groupOrder: 2 },
          // Each file starts a whole exchange and a database; what starts them is loaded once.
          maxWorkers: 2,
          isolate: false,
          globalSetup: ["ops/api/site.ts"],
          include: ["test/system/**/*.test.ts"],
          exclude: ALONE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "alone",
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          isolate: false,
          globalSetup: ["ops/api/site.ts"],
          include: ALONE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "terminal",
          sequence: { groupOrder: 4 },
          // One exchange and one browser for all files. They start with vitest, so `npm test` runs this project by itself.
          globalSetup: ["test/terminal/global.ts"],
          fileParallelism: false,
          // Whole journeys take longer than everything else together: `npm run test:terminal`.
          include: [process.env["TERMINAL_LONG"] === "1" ? "test/terminal/**/*.test.ts" : "test/terminal/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // What a page shows arrives when the exchange and the browser have time.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
