/**
 * Replaces the script of the actors in the tests of the relay: it keeps who subscribed, what was published and
 * which leases there are, and breaks down on demand. What it publishes is what the test gives it, pushed or not.
 */
export const CORE_SCRIPT = `
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
