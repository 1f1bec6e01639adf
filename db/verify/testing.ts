/** A trail as the exchange writes it, without an exchange: accounts and a book of the domain that trade at random. */
import { applyEntry, newAccount } from "../../domain/account/account.ts";
import type { AccountState } from "../../domain/account/account.ts";
import { decideCancel, decideDeposit, decideSubmit } from "../../domain/account/decide.ts";
import type { AuditRecord } from "../../domain/account/events.ts";
import type { Order } from "../../domain/account/order.ts";
import { applyReport } from "../../domain/account/settle.ts";
import { recorder } from "../../domain/account/testing.ts";
import { readTicket } from "../../domain/account/ticket.ts";
import { venueHours } from "../../domain/account/venueHours.ts";
import { shardOf, uuidFromText } from "../../domain/ids.ts";
import { applyCommand, newMarket } from "../../domain/matching/venue.ts";

const SYMBOLS = ["AAPL", "F"];

export interface TradedTrail {
  /** Events of each shard, in its order. */
  readonly shards: readonly (readonly AuditRecord[])[];
  readonly accounts: ReadonlyMap<string, AccountState>;
}

/** What random requests of some accounts leave from time `start` on. `random` gives numbers in [0, 1). */
export function tradedTrail(
  random: () => number,
  start: number,
  { accounts, requests, shardCount }: { accounts: number; requests: number; shardCount: number },
): TradedTrail {
  const shards: AuditRecord[][] = Array.from({ length: shardCount }, () => []);
  const states = new Map<string, AccountState>();
  const books = new Map(SYMBOLS.map((symbol) => [symbol, newMarket(symbol)]));
  const closed = new Map<string, Order>();
  let now = start;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const origin = () => ({
    requestId: uuidFromText(`request:${now}`),
    ip: "192.0.2.7",
    userAgent: `bot/1.${now % 7} ä\u2028`,
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
      applyCommand(book, accountId, command, now, {
        report: (owner, report) => apply(owner, (to, its) => applyReport(to, report, now, its)),
        trade: () => undefined,
      });
    }
  };
  const ids = Array.from({ length: accounts }, (_, n) => uuidFromText(`account:${n}`));
  for (const accountId of ids) {
    now += 3;
    const entry = { kind: "opened", accountId, userId: accountId, auditAddress: "audit/0", origin: origin() } as const;
    apply(accountId, (state, out) => applyEntry(state, entry, now, out));
    for (const symbol of [null, ...SYMBOLS]) {
      const deposit = { reference: `start-${symbol}`, symbol, amount: symbol === null ? "5000.25" : "40.5" };
      apply(accountId, (state, out) => {
        const { entries } = decideDeposit(state, deposit, undefined, ids[0] ?? "", origin());
        for (const each of entries) applyEntry(state, each, now, out);
      });
    }
  }
  for (let n = 0; n < requests; n++) {
    now += Math.floor(random() * 20);
    const accountId = pick(ids);
    const open = [...(states.get(accountId)?.open.keys() ?? [])];
    apply(accountId, (state, out) => {
      if (open.length > 0 && random() < 0.25) {
        const { entries } = decideCancel(state, pick(open), (id) => closed.get(id), origin());
        for (const each of entries) applyEntry(state, each, now, out);
        return;
      }
      const symbol = pick(SYMBOLS);
      const market = random() < 0.2;
      const ticket = {
        ...{ symbol, side: pick(["buy", "sell"]), type: market ? "market" : "limit", orderClass: "" },
        ...{ timeInForce: pick(["day", "gtc", "ioc"]), extendedHours: false, notional: null, stopPrice: null },
        qty: String(1 + Math.floor(random() * 5_000) / 1_000),
        limitPrice: market ? null : random() < 0.05 ? "0" : (100 + Math.floor(random() * 40) / 100).toFixed(2),
        clientOrderId: `c ${n} \u20ac`,
      };
      const facts = {
        ...{ known: () => undefined, order: () => undefined, orderId: uuidFromText(`order:${n}`), late: false },
        ...{ marketPrice: 1_002_000, lastPrice: 1_002_000, hours: venueHours("always", now) },
      };
      const { entries } = decideSubmit(state, ticket, readTicket(ticket), facts, origin());
      for (const each of entries) applyEntry(state, each, now, out);
    });
  }
  return { shards, accounts: states };
}
