/** Accounts that trade and send each other shares, without objects: every record and activity is followed. */
import { expect } from "vitest";
import { AccountFold } from "../../db/verify/accountFold.ts";
import type { Facts } from "../../db/verify/balanceFold.ts";
import { checkRecomputed, gainOf, IndependentAccount } from "../simulation/activityChecks.ts";
import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import { applyNotice, loadTransfers, newTransfers, saveTransfers } from "../../domain/transfers/transfers.ts";
import { applyEntry } from "../../domain/account/apply.ts";
import { decideCancel, decideSubmit } from "../../domain/account/entry/decide.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import { sessionRules } from "../../domain/market/sessionRules.ts";
import { lotsText } from "../../domain/portfolio/taxLot.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import { newAccount } from "../../domain/account/state/accountState.ts";
import { loadAccount, saveAccount } from "../../domain/account/state/save.ts";
import { recorder, ticketWith } from "../../domain/account/testing.ts";
import { holdMismatches } from "../../domain/account/ledger/holds.ts";
import { balances, checkLedger, owned } from "../../domain/account/ledger/ledger.ts";
import { applyTransferCommand, postingEnded } from "../../domain/account/ledger/postings.ts";
import { decideReceivedShares } from "../../domain/account/ledger/receivedShares.ts";
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import { decideWithdrawal } from "../../domain/account/ledger/withdrawals.ts";

/** Monday noon in New York; the week has no holiday. */
export const MONDAY = Date.UTC(2026, 10, 30, 17);
export const DAY = 86_400_000;
export const SHARE = 1_000_000;
const TRANSFERS = { address: "transfers/world", ownerRoute: null };
const USER_OF: Readonly<Record<string, string>> = { a: "owner", b: "owner", c: "another user" };

/** Accounts a and b of one user, c of another, and the transfers actor; messages wait until they are delivered. */
export function shareWorld() {
  const clock = { now: MONDAY };
  let actor = newTransfers();
  let trades = 0;
  const inFlight: (() => void)[] = [];
  const open = (id: string) => {
    let state = newAccount();
    const out = recorder();
    const kept = new Map<string, Withdrawal>();
    const received = new Map<string, { asset: string; amount: number }>();
    const fold = new AccountFold();
    const independent = new IndependentAccount(id);
    const done = { audits: 0, activities: 0, reported: 0 };
    /** Follows what the account has recorded, and sends what it has reported. */
    const settle = () => {
      for (const each of out.withdrawals.splice(0)) kept.set(each.id, each);
      for (const record of out.audits.slice(done.audits)) {
        expect(fold.apply(JSON.parse(JSON.stringify(record)) as Facts)).toBeNull();
      }
      for (const activity of out.activities.slice(done.activities)) independent.add(activity);
      for (const { notice } of out.transfers.slice(done.reported)) inFlight.push(() => tell(notice));
      [done.audits, done.activities, done.reported] = [out.audits.length, out.activities.length, out.transfers.length];
    };
    const apply = (...entries: readonly AccountEntry[]) => {
      for (const entry of entries) applyEntry(state, entry, clock.now, out);
      settle();
    };
    const owner = { accountId: id, userId: USER_OF[id] ?? "", auditAddress: "audit/0" };
    const facts = { activities: true, lots: true, settlement: true } as const;
    apply({ kind: "opened", ...owner, ...facts, origin: NO_ORIGIN });
    const deposit = (asset: string, amount: number, cost = 0) => {
      const reference = `d${out.deposits.length}`;
      apply({ kind: "deposited", reference, asset, amount, cost, by: "admin", origin: NO_ORIGIN });
    };
    const receive = (command: TransferCommand) => {
      applyTransferCommand(state, TRANSFERS.address, command, clock.now, out);
      for (const [transferId, { command: posting }] of [...state.postings]) {
        const { symbol, payer, lots = [], requestedBy, reference } = posting;
        if (payer === undefined || symbol === null) throw new Error("shares");
        const by = { by: requestedBy, payer: payer.accountId };
        const known = received.get(reference);
        const decided = decideReceivedShares(state, { ...posting, symbol, lots }, known, by, NO_ORIGIN);
        const { entries, outcome } =
          payer.ownerId === state.userId && state.closedAt === null
            ? decided
            : { entries: [], outcome: { ok: false as const, refusal: { reason: "transfer_invalid" as const } } };
        if (outcome.ok) received.set(reference, { asset: symbol, amount: outcome.value.amount });
        const ended = outcome.ok ? { ok: true as const, value: { replayed: known !== undefined } } : outcome;
        apply(...entries, postingEnded(transferId, ended));
      }
      settle();
    };
    const known = { byReference: (reference: string) => [...kept.values()].find((one) => one.reference === reference) };
    const move = (reference: string, symbol: string | null, qty: string, to: string) => {
      const asked = { reference, symbol, amount: qty, to };
      const decided = decideWithdrawal(state, asked, known, state.userId, clock.now, NO_ORIGIN, TRANSFERS);
      apply(...decided.entries);
      return decided.outcome;
    };
    const order = (orderId: string, side: "buy" | "sell", qty: string) => {
      const ticket = ticketWith({ side, qty, clientOrderId: orderId, instructions: { selfTrade: "cancel_oldest" } });
      const hours = sessionRules("always", clock.now);
      const asked = { known: () => undefined, order: () => undefined, orderId, hours, late: false };
      const prices = { marketPrice: null, lastPrice: null };
      const order = validateOrder(ticket, SEEDED);
      apply(...decideSubmit(state, ticket, order, { ...asked, ...prices }, NO_ORIGIN).entries);
      return state.open.has(orderId);
    };
    const fill = (orderId: string, price = 1_000_000) => {
      const found = state.open.get(orderId);
      if (found === undefined) return;
      const [qty, tradeId, at] = [found.qty - found.filledQty, ++trades, clock.now];
      applyReport(state, { kind: "fill", orderId, tradeId, price, qty, liquidity: "taker", at }, at, out);
      settle();
    };
    const cancel = (orderId: string) => {
      apply(...decideCancel(state, orderId, () => undefined, NO_ORIGIN).entries);
      if (!state.open.has(orderId)) return;
      applyReport(state, { kind: "canceled", orderId, at: clock.now } as never, clock.now, out);
      settle();
    };
    const check = () => {
      checkLedger(state.ledger);
      expect(holdMismatches(state)).toEqual([]);
      for (const [symbol, lots] of state.lots ?? []) {
        expect([lots.quantity, lots.lots.reduce((sum, { quantity }) => sum + quantity, 0)]).toEqual([
          owned(state.ledger, symbol),
          lots.quantity,
        ]);
        expect(lots.cost).toBe(lots.lots.reduce((sum, { cost }) => sum + cost, 0));
        expect(
          Math.min(balances(state.ledger, symbol).available, balances(state.ledger, symbol).held),
        ).toBeGreaterThanOrEqual(0);
        expect(fold.lots.textOf(symbol)).toBe(lotsText(lots));
        expect(fold.lots.costOf(symbol)).toBe(lots.cost);
      }
      const gains = out.audits.reduce((sum, { body }) => sum + gainOf(body), 0);
      checkRecomputed(id, state, independent.result(), gains);
    };
    const restart = () => (state = loadAccount(JSON.parse(JSON.stringify(saveAccount(state))) as never));
    const lots = (symbol = "AAPL") =>
      state.lots?.get(symbol)?.lots.map((lot) => [lot.lotId, lot.acquiredAt, lot.quantity, lot.cost, lot.source]) ?? [];
    return {
      id,
      out,
      kept,
      apply,
      deposit,
      receive,
      move,
      order,
      fill,
      cancel,
      check,
      restart,
      lots,
      state: () => state,
    };
  };
  const made = { a: open("a"), b: open("b"), c: open("c") };
  const of = (id: string) => (id === "a" ? made.a : id === "b" ? made.b : made.c);
  const tell = (notice: TransferNotice) =>
    applyNotice(actor, notice, clock.now, {
      command: (to, command) => inFlight.push(() => of(to).receive(command)),
      changed: () => {},
      removed: () => {},
    });
  /** Delivers the next message; false without any. Messages of one sender stay in their sequence. */
  const deliver = (): boolean => {
    const next = inFlight.shift();
    next?.();
    return next !== undefined;
  };
  const restart = () => {
    actor = loadTransfers(JSON.parse(JSON.stringify(saveTransfers(actor))) as never);
    for (const each of Object.values(made)) each.restart();
  };
  /** Shares and their basis in accounts and between them. */
  const total = (symbol = "AAPL"): [quantity: number, cost: number] => {
    let [quantity, cost] = [0, 0];
    for (const each of Object.values(made)) {
      quantity += owned(each.state().ledger, symbol);
      cost += each.state().lots?.get(symbol)?.cost ?? 0;
    }
    return [quantity, cost];
  };
  return { ...made, clock, deliver, restart, total, actor: () => actor };
}
