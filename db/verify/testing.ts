/** A generated audit trail: accounts and a book of the domain that trade at random, without objects or a database. */
import { SEEDED } from "../../domain/market/listing.ts";
import { type Actor, CREDENTIAL_KINDS } from "../../domain/actor.ts";
import { applyEntry } from "../../domain/account/apply.ts";
import { newAccount } from "../../domain/account/state/accountState.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { decideCancel, decideSubmit } from "../../domain/account/entry/decide.ts";
import { decideDeposit } from "../../domain/account/ledger/deposits.ts";
import { lotUpgrade } from "../../domain/account/lots/changeLots.ts";
import type { AccountOutputs } from "../../domain/account/state/outputs.ts";
import { decideReplace } from "../../domain/account/entry/decideReplace.ts";
import type { AuditRecord, Origin } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { validateReplace } from "../../domain/account/entry/validateReplace.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import { anyPrice, recorder } from "../../domain/account/testing.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import { decideWithdrawal } from "../../domain/account/ledger/withdrawals.ts";
import { sessionRules } from "../../domain/market/sessionRules.ts";
import { shardOf, uuidFromText } from "../../domain/ids.ts";
import { applyCommand, newBook } from "../../domain/matching/orderBook.ts";

const SYMBOLS = ["AAPL", "F"];

const BRACKET = {
  orderClass: "bracket",
  takeProfit: { limitPrice: "100.20" },
  stopLoss: { stopPrice: "100.00", limitPrice: null },
};
const UNCHANGED = { stopPrice: null, trail: null, timeInForce: null, clientOrderId: null, goodTil: null };

export interface TradedTrail {
  /** Events of each shard, in its order. */
  readonly shards: readonly (readonly AuditRecord[])[];
  readonly accounts: ReadonlyMap<string, AccountState>;
}

/**
 * The events of random requests of some accounts from time `start` on. `random` returns numbers in [0, 1). The first
 * half of each shard's events is of version 1, without an actor.
 */
export function tradedTrail(
  random: () => number,
  start: number,
  {
    accounts,
    requests,
    shardCount,
    deposits = 1,
  }: { accounts: number; requests: number; shardCount: number; deposits?: number },
): TradedTrail {
  const shards: AuditRecord[][] = Array.from({ length: shardCount }, () => []);
  const states = new Map<string, AccountState>();
  const books = new Map(SYMBOLS.map((symbol) => [symbol, newBook(symbol)]));
  const closed = new Map<string, Order>();
  let now = start;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const origin = () => ({
    requestId: uuidFromText(`request:${now}`),
    ip: "192.0.2.7",
    userAgent: `bot/1.${now % 7} ä\u2028`,
    actor: actorAt(now),
  });
  const outputs = (accountId: string) => {
    const out = recorder();
    const shard = shardOf(accountId, shardCount);
    return { ...out, audit: (_: string, record: AuditRecord) => void shards[shard]?.push(record), kept: out };
  };
  const apply = (accountId: string, work: (state: AccountState, out: ReturnType<typeof outputs>) => void) => {
    const state = states.get(accountId) ?? newAccount();
    states.set(accountId, state);
    const out = outputs(accountId);
    work(state, out);
    for (const order of out.kept.closedOrders) closed.set(order.id, order);
    for (const { symbol, command } of out.kept.commands) {
      const book = books.get(symbol);
      if (book === undefined) continue;
      applyCommand(book, accountId, anyPrice(command), now, {
        report: (owner, report) => apply(owner, (to, its) => applyReport(to, report, now, its)),
        trade: () => undefined,
      });
    }
  };
  const ids = Array.from({ length: accounts }, (_, n) => uuidFromText(`account:${n}`));
  for (const accountId of ids) {
    now += 3;
    const owner = { accountId, userId: accountId, auditAddress: "audit/0" };
    // Every other account begins as one of an earlier release.
    const lots: { lots?: true } = accountId === ids[0] || accountId === ids[2] ? {} : { lots: true };
    const entry: AccountEntry = { kind: "opened", ...owner, ...lots, origin: origin() };
    apply(accountId, (state, out) => applyEntry(state, entry, now, out));
    // Shares in parts, so that sales are of several tax lots.
    const parts = SYMBOLS.flatMap((symbol) => Array.from({ length: deposits }, () => symbol));
    for (const [nth, symbol] of [null, ...parts].entries()) {
      const deposit = {
        reference: `start-${nth}`,
        symbol,
        amount: symbol === null ? "5000.25" : String(40.5 / deposits),
      };
      apply(accountId, (state, out) => {
        const { entries } = decideDeposit(state, deposit, undefined, { by: ids[0] ?? "" }, origin(), SEEDED);
        for (const each of entries) applyEntry(state, each, now, out);
      });
    }
  }
  for (let n = 0; n < requests; n++) {
    now += Math.floor(random() * 20);
    const accountId = pick(ids);
    const open = [...(states.get(accountId)?.open.keys() ?? [])];
    if (n === Math.floor(requests / 3)) {
      for (const id of ids) apply(id, (state, out) => convert(state, now, out));
    }
    apply(accountId, (state, out) => {
      if (open.length > 0 && random() < 0.25) {
        const { entries } = decideCancel(state, pick(open), (id) => closed.get(id), origin());
        for (const each of entries) applyEntry(state, each, now, out);
        return;
      }
      for (const each of randomRequest(state, random, n, now, origin())) applyEntry(state, each, now, out);
    });
  }
  return { shards: shards.map((records) => records.map(ofPreviousRelease)), accounts: states };
}

function convert(state: AccountState, now: number, out: AccountOutputs): void {
  for (const entry of lotUpgrade(state)) applyEntry(state, entry, now, out);
}

/** The actor of a request at this time. */
function actorAt(now: number): Actor {
  const userId = uuidFromText(`user:${now % 5}`);
  const kind = CREDENTIAL_KINDS[now % 4] ?? "session";
  return {
    userId,
    credentialKind: kind,
    credentialId: kind === "api_key" ? `PK${now}` : uuidFromText(`session:${now}`),
  };
}

function ofPreviousRelease(record: AuditRecord, nth: number, records: readonly AuditRecord[]): AuditRecord {
  if (nth >= records.length / 2) return record;
  const { actor: _, ...before } = record;
  return before;
}

/** The entries of a random order, or of a replace of an open one. */
function randomRequest(
  state: AccountState,
  random: () => number,
  n: number,
  now: number,
  origin: Origin,
): readonly AccountEntry[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const facts = {
    known: () => undefined,
    late: false,
    marketPrice: 1_002_000,
    lastPrice: 1_002_000,
    hours: sessionRules("always", now),
    instruments: SEEDED,
  };
  const price = () => (100 + Math.floor(random() * 40) / 100).toFixed(2);
  const qty = String(1 + Math.floor(random() * 5_000) / 1_000);
  if (random() < 0.06) return randomWithdrawal(state, random, n, now, origin);
  const order = state.open.get(pick([...state.open.keys()]) ?? "");
  if (order !== undefined && random() < 0.15) {
    const ticket = { ...UNCHANGED, qty, limitPrice: order.limitPrice === null ? null : price() };
    const read = (old: Order) => validateReplace(old, ticket, SEEDED);
    const asked = { ...facts, order, newOrderId: uuidFromText(`order:${n}`) };
    return decideReplace(state, order.id, ticket, read, asked, origin).entries;
  }
  const market = random() < 0.2;
  const plain: OrderTicket = {
    symbol: pick(SYMBOLS),
    side: pick(["buy", "sell"]),
    type: market ? "market" : "limit",
    orderClass: "",
    timeInForce: pick(["day", "gtc", "ioc"]),
    extendedHours: false,
    notional: null,
    stopPrice: null,
    qty,
    limitPrice: market ? null : random() < 0.05 ? "0" : price(),
    clientOrderId: `c ${n} \u20ac`,
    // Self-trade prevention reduces both orders without a trade.
    instructions: { selfTrade: random() < 0.4 ? "decrement" : null },
    ...(market && random() < 0.4 ? { qty: null, notional: "150.50" } : {}),
  };
  const bracket = { ...BRACKET, side: "buy", type: "limit", limitPrice: "100.10", timeInForce: "gtc" };
  const stop = { type: "stop", timeInForce: "gtc", limitPrice: null, stopPrice: price() };
  const ticket = { ...plain, ...(random() < 0.1 ? bracket : random() < 0.1 ? stop : {}) };
  const asked = { ...facts, order: () => undefined, orderId: uuidFromText(`order:${n}`) };
  return decideSubmit(state, ticket, validateOrder(ticket, SEEDED), asked, origin).entries;
}

const TRANSFERS = { address: "transfers/world", ownerRoute: null };

/** The entries of a withdrawal's request or decision. */
function randomWithdrawal(
  state: AccountState,
  random: () => number,
  n: number,
  now: number,
  origin: Origin,
): readonly AccountEntry[] {
  const none = { byReference: () => undefined, byId: () => undefined };
  const [waiting] = state.withdrawals.keys();
  if (waiting !== undefined && random() < 0.6) {
    const kind = random() < 0.5 ? "withdrawal_settled" : "withdrawal_rejected";
    return [{ kind, id: waiting, by: "admin", origin }];
  }
  const asked = { reference: `w ${n}`, amount: (1 + random() * 20).toFixed(2) };
  return decideWithdrawal(state, asked, none, state.userId, now, origin, TRANSFERS).entries;
}
