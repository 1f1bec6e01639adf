import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { OUTSIDE_SCRIPT } from "./test/object/outsideScript.ts";

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

/**
 * Stands in for the script of the actors, for the tests of the relay: it keeps who subscribed, what was published and
 * which leases there are, and breaks down on demand. What it publishes is what the test gives it, pushed or not.
 */
const CORE_SCRIPT = `
import { DurableObject } from "cloudflare:workers";
class Publisher extends DurableObject {
  calls = [];
  down = false;
  setFailing(down) { this.down = down; }
  subscriptions() { return this.calls; }
  subscribe(relay, epoch) { this.up(); this.calls.push([relay, epoch]); return this.subscribed(); }
  up() { if (this.down) throw new Error("down on demand"); }
  kept = [];
  forgotten = 0;
  add(items) { this.kept.push(...items); }
  forget(through) { this.forgotten = through; }
  get through() { return this.kept.at(-1)?.sequence ?? this.forgotten; }
}
export class Account extends Publisher {
  leases = [];
  refuses = false;
  subscribed() { return { through: this.through }; }
  updatesAfter(cursor, limit) {
    this.up();
    const updates = this.kept.filter(({ sequence }) => sequence > Math.max(cursor, this.forgotten)).slice(0, Math.min(limit, 2));
    return { updates, through: this.through, oldest: this.forgotten + 1 };
  }
  snapshot() {
    const account = { accountId: this.ctx.id.name, accountNumber: "EX1", createdAt: 0, cash: 10_000, cashHeld: 0, positions: [] };
    return { through: this.through, orders: [], account };
  }
  holdSession(name, ttlMs, origin) { this.up(); this.leases.push(["hold", name, ttlMs, origin.userAgent]); return !this.refuses; }
  releaseSession(name) { this.leases.push(["release", name]); }
  endSession(name, origin, by, sequence) { this.leases.push(["end", name, ...(sequence === undefined ? [] : [sequence])]); }
  leaseCalls() { return this.leases; }
  frames = [];
  tokens = 1_000_000;
  waits = [];
  answering = true;
  async executeCommands(principal, commands, options, origin, validUntil) {
    this.up();
    this.frames.push({ principal, commands, options, validUntil, plan: this.plan });
    if (!this.answering) await new Promise((answer) => this.waits.push(answer));
    const refusal = { reason: "order_not_found", orderId: "x" };
    return commands.map(({ kind }) => (kind === "cancel" ? { ok: true, value: null } : { ok: false, refusal }));
  }
  async metered(plan, method, args) {
    const cost = args[1].length;
    const rate = { limit: 200, remaining: this.tokens, resetAt: 0, retryAfterMs: 1_500 };
    if (cost > this.tokens) return { refused: true, rate };
    this.tokens -= cost;
    this.plan = plan;
    const value = await this.executeCommands(...args);
    return { refused: false, rate: { ...rate, remaining: this.tokens }, value, times: { in: 5, out: 6 } };
  }
  executed() { return this.frames; }
  setTokens(tokens) { this.tokens = tokens; }
  holdAnswers() { this.answering = false; }
  answerNewest() { this.waits.pop()?.(); }
  answerAll() { this.answering = true; for (const answer of this.waits.splice(0)) answer(); }
  refuseLeases(refuses) { this.refuses = refuses; }
}
export class PaperAccount extends Account {}
export class OrderBook extends Publisher {
  depthAsked = [];
  snapshots = {};
  subscribe(relay, epoch, depth = []) {
    this.depthAsked.push(depth);
    const known = Object.fromEntries(depth.filter((part) => this.snapshots[part]).map((part) => [part, this.snapshots[part]]));
    return { ...super.subscribe(relay, epoch), ...known };
  }
  depthSubscriptions() { return this.depthAsked; }
  setSnapshots(snapshots) { this.snapshots = snapshots; }
  depthSince(sequence, part) {
    if (sequence < this.forgotten) return this.snapshots[part];
    const parts = this.kept.filter((segment) => segment.sequence > sequence && segment[part]).map((segment) => segment[part]);
    const bytes = new Uint8Array(parts.flatMap((changes) => [...changes.bytes]));
    return { bytes, count: parts.reduce((sum, { count }) => sum + count, 0), owners: Object.assign({}, ...parts.map(({ owners }) => owners)) };
  }
  newest(part) { return this.kept.findLast((segment) => segment[part])?.[part] ?? null; }
  standing() { return { status: this.newest("status"), bands: this.newest("bands") }; }
  subscribed() {
    return { through: this.through, quote: this.newest("quote"), ...this.standing(), imbalance: this.newest("imbalance") };
  }
  sinces = 0;
  asked() { return this.sinces; }
  since(sequence, depth = []) {
    this.up();
    this.sinces++;
    if (sequence > this.through) return { kind: "ahead", sequence: this.through };
    const previous = Math.max(sequence, this.forgotten);
    const missing = this.kept.filter((segment) => segment.sequence > previous);
    const segment = {
      symbol: this.ctx.id.name,
      previous,
      sequence: this.through,
      trades: new Uint8Array(missing.flatMap(({ trades }) => [...trades])),
      tradeCount: missing.reduce((sum, { tradeCount }) => sum + tradeCount, 0),
      quote: missing.findLast(({ quote }) => quote !== null)?.quote ?? null,
      ...this.standing(),
      ...Object.fromEntries(depth.map((part) => [part, this.depthSince(sequence, part)])),
    };
    return { kind: sequence < this.forgotten ? "too_old" : "segment", segment };
  }
  bid = { price: 1_000_000, qty: this.ctx.id.name === "BTC/USD" ? 1 : 1_000_000 };
  top() { this.up(); return { symbol: this.ctx.id.name, bid: this.bid, ask: null, last: null, sequence: 7, at: 0 }; }
  depth() { return { top: this.top(), bids: [this.bid], asks: [] }; }
  resting() { return { sequence: 7, bids: [{ ref: 3, ...this.bid }], asks: [] }; }
}
export class Identity extends DurableObject {
  relays = [];
  who = { userId: "u", accountId: "account-of-right", roles: ["trader"] };
  verifyKey(keyId, secret, ip, relay) {
    if (secret === "unreachable") throw new Error("down on demand");
    if (secret === "tied" && ip === "192.0.2.1") return { ok: true, value: this.who };
    if (secret === "read-only") return { ok: true, value: { ...this.who, scopes: ["read"], guest: true } };
    if (secret === "trade-only") return { ok: true, value: { ...this.who, scopes: ["trade"] } };
    if (secret !== "right") return { ok: false, reason: "no_such_key" };
    this.relays.push(relay);
    return { ok: true, value: this.who };
  }
  verifySession(sessionId, jti, relay) {
    if (!jti.startsWith("right")) return { ok: false, reason: "session_ended" };
    this.relays.push(relay);
    return { ok: true, value: { kind: "person", principal: this.who, steppedUpAt: null, csrfToken: "" } };
  }
  get apiKeys() { return { verify: (...args) => this.verifyKey(...args) }; }
  get loginSessions() { return { verify: (...args) => this.verifySession(...args) }; }
  verified() { return this.relays; }
}
export class InstrumentRegistry extends DurableObject {
  since() { return null; }
}
// Tapes of AAPL alone: two months, a trade and a minute each second of their first seconds.
const FIRST = Date.UTC(2026, 9, 1, 15);
const bar = (at) => ({ at, open: 1_000_000, high: 1_010_000, low: 990_000, close: 1_005_000, volume: 3_000_000_000n,
  turnover: 3_000_000_000n * 1_000_000n + 1n, count: 2, firstAt: at, lastAt: at });
const PAST = { period: "day", source: "imported", firstDay: 20_454, lastDay: 20_456, days: 2 };
class Past extends DurableObject {
  reads = 0;
  asked() { return this.reads; }
  get symbol() { return this.ctx.id.name.split("/2")[0]; }
  page(all, { limit }, place) {
    this.reads++;
    return { items: all.slice(0, limit), next: limit < all.length ? place(all[limit]) : null };
  }
  after(all, query, place) {
    const isLeft = (at) => query.cursor === null || (query.descending ? at <= query.cursor : at >= query.cursor);
    return this.page(all.filter((one) => isLeft(place(one))), query, place);
  }
  within({ from, to, descending }, all) {
    const some = all.filter(({ at }) => at >= from && at <= to);
    return descending ? some.reverse() : some;
  }
}
export class Tape extends Past {
  get times() {
    const month = this.ctx.id.name.slice(-7);
    return [0, 1, 2].map((nth) => FIRST + nth * 60_000 + (month === "2026-11" ? 31 * 86_400_000 : 0));
  }
  bars(query) { return this.page(this.within(query, this.times.map(bar)), query, ({ at }) => at); }
  trades(query) {
    const base = this.ctx.id.name.endsWith("11") ? 4 : 1;
    const all = this.within(query, this.times.map((at, nth) => ({ tradeId: base + nth, sequence: nth, at, price: 1_000_000,
      qty: 1_000_000, takerSide: nth === 0 ? null : "buy", auction: nth === 0, regular: true })));
    return this.after(all, query, ({ tradeId }) => tradeId);
  }
  quotes(query) {
    const base = this.ctx.id.name.endsWith("11") ? 4 : 1;
    const all = this.within(query, this.times.map((at, nth) => ({ sequence: base + nth, at, bidPrice: 999_000 + nth,
      bidQty: 1_000_000, askPrice: nth === 2 ? 0 : 1_001_000, askQty: nth === 2 ? 0 : 2_500_000 })));
    return this.after(all, query, ({ sequence }) => sequence);
  }
}
export class TapeIndex extends Past {
  months() { return this.symbol === "AAPL" ? ["2026-10", "2026-11"] : []; }
  gaps() { return []; }
  backfilled() { return this.symbol === "AAPL" ? [PAST] : []; }
  bars(query) {
    const days = this.symbol === "AAPL" ? [1, 2].map((day) => bar(Date.UTC(2026, 9, day, 4))) : [];
    return this.page(this.within(query, days), query, ({ at }) => at);
  }
  latest() {
    this.reads++;
    const known = this.symbol === "AAPL";
    return { through: 0, trade: null, minuteBar: known ? bar(FIRST) : null, dailyBar: known ? bar(FIRST) : null,
      previousDailyBar: null };
  }
}
// Boards that were told nothing but the bars of AAPL, which is on one of them.
export class PriceBoard extends DurableObject {
  read(symbols) { return symbols.map(() => null); }
  screen({ assetClass }) {
    const day = { t: new Date(FIRST).toISOString(), o: 100, h: 101, l: 99, c: 100.5, v: 3000, n: 2, vw: 100 };
    return this.ctx.id.name === "0" && assetClass === "us_equity" ? [{ symbol: "AAPL", dailyBar: day }] : [];
  }
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

/**
 * Files at a time, of all projects together: one more than the processors of the smallest machine that runs them, because
 * whole exchanges wait more than they compute, and unit tests take what they leave.
 */
const WORKERS = 3;

/** Tests of whole exchanges that load the machine, or start what `npm run dev` starts: two files at a time, after all others. */
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
          maxWorkers: WORKERS,
          // Modules without state of their own: files share them, which loads them once.
          isolate: false,
          include: ["{domain,protocol}/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          maxWorkers: WORKERS,
          include: [
            "{db,durable-objects,workers,web,dev,ops,bench}/**/*.test.ts",
            "test/{conformance,cuts,indicators,journals,model,simulation,tables,gateway,tidy,rig}/**/*.test.ts",
          ],
          testTimeout: 30_000,
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
          sequence: { groupOrder: 0 },
          maxWorkers: WORKERS,
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
          sequence: { groupOrder: 0 },
          maxWorkers: WORKERS,
          include: ["test/relay/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "system",
          sequence: { groupOrder: 0 },
          maxWorkers: WORKERS,
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
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          globalSetup: ["ops/api/site.ts"],
          include: ALONE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "terminal",
          sequence: { groupOrder: 2 },
          // One exchange and one browser for all files.
          globalSetup: ["test/terminal/global.ts"],
          fileParallelism: false,
          include: ["test/terminal/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
