import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Stands in for the quotes worker, which is a script of its own: keeps what books and accounts push, for the tests to read. */
const RELAY_SCRIPT = `
import { DurableObject } from "cloudflare:workers";
export class Relay extends DurableObject {
  pushes = [];
  keep = true;
  pushMarket(segment) { this.pushes.push(segment); return { keep: this.keep }; }
  pushAccount(accountId, updates) { this.pushes.push({ accountId, updates }); return { keep: this.keep }; }
  pushed() { return this.pushes; }
  leave() { this.keep = false; }
}
export default { fetch() { return new Response(null, { status: 404 }); } };
`;

// Never a real database, whatever the shell has: tests that need one start their own.
const NO_DATABASE = "postgres://nobody:nothing@127.0.0.1:1/none";
process.env["DATABASE_URL"] = NO_DATABASE;

export default defineConfig({
  test: {
    silent: "passed-only",
    reporters: ["default", "./test/reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: [
            "{domain,protocol,db,durable-objects,workers,dev,ops,bench}/**/*.test.ts",
            "test/{model,tables,gateway,tidy,rig}/**/*.test.ts",
          ],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./durable-objects/wrangler.toml" },
            miniflare: {
              bindings: { DATABASE_URL: NO_DATABASE, NEON_FETCH_ENDPOINT: "http://database.invalid/sql" },
              // No database: the audit shards keep what they cannot write.
              outboundService: () => new Response("no database here", { status: 503 }),
              workers: [
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
          include: ["test/object/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "system",
          sequence: { groupOrder: 2 },
          // Each file starts a whole exchange and a database: one at a time.
          fileParallelism: false,
          include: ["test/{system,crash}/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
