import fc from "fast-check";
import { expect, test } from "vitest";
import { SEEDED } from "../../market/listing.ts";
import type { TransferCommand, TransferNotice } from "../../transfers/messages.ts";
import { applyNotice, newTransfers } from "../../transfers/transfers.ts";
import { applyEntry } from "../apply.ts";
import { decideCancel, decideSubmit } from "../entry/decide.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { decideDeposit } from "./deposits.ts";
import { holdMismatches } from "./holds.ts";
import { balances, CASH, checkLedger } from "./ledger.ts";
import { applyTransferCommand, postingEnded } from "./postings.ts";
import type { Withdrawal } from "./withdrawal.ts";
import { decideWithdrawal } from "./withdrawals.ts";

const NOW = 1_760_000_000_000;
const TRANSFERS = { address: "transfers/world", ownerRoute: null };
const OWNER = "owner";
const FUNDED = 10_000_000;

/** Two accounts of an owner, each with $1,000, and the transfers actor; messages wait until they are delivered. */
function accounts() {
  const actor = newTransfers();
  const inFlight: (() => void)[] = [];
  const made = ["a", "b"].map((id) => {
    const state = fundedAccount(id, FUNDED, {});
    const kept = new Map<string, Withdrawal>();
    const received = new Set<string>();
    const out = recorder();
    let told = 0;
    /** Sends what the account has told the transfers actor since. */
    const send = () => {
      for (const each of out.withdrawals) kept.set(each.id, each);
      for (const { notice } of out.transfers.slice(told)) inFlight.push(() => tell(notice));
      told = out.transfers.length;
    };
    const receive = (command: TransferCommand) => {
      applyTransferCommand(state, TRANSFERS.address, command, NOW, out);
      for (const [transferId, { command: posting }] of [...state.postings]) {
        const { reference, amount, payer, origin } = posting;
        const known = received.has(reference) ? { asset: CASH, amount: 0 } : undefined;
        const by = { by: OWNER, ...(payer === undefined ? {} : { payer: payer.accountId }) };
        const deposit = { reference, symbol: null, amount };
        const { entries, outcome } = decideDeposit(state, deposit, known, by, origin, SEEDED);
        received.add(reference);
        const ended = outcome.ok ? { ok: true as const, value: { replayed: false } } : outcome;
        for (const entry of [...entries, postingEnded(transferId, ended)]) applyEntry(state, entry, NOW, out);
      }
      send();
    };
    const known = { byReference: (reference: string) => [...kept.values()].find((one) => one.reference === reference) };
    const ask = (reference: string, amount: number, to?: string) => {
      const asked = { reference, amount: (amount / 10_000).toFixed(4), ...(to === undefined ? {} : { to }) };
      const { entries, outcome } = decideWithdrawal(state, asked, known, OWNER, NOW, NO_ORIGIN, TRANSFERS);
      for (const entry of entries) applyEntry(state, entry, NOW, out);
      send();
      return outcome;
    };
    return { id, state, kept, out, ask, receive };
  });
  const [a, b] = made;
  if (a === undefined || b === undefined) throw new Error("two accounts");
  const tell = (notice: TransferNotice) =>
    applyNotice(actor, notice, NOW, {
      command: (to, command) => inFlight.push(() => (to === "a" ? a : b).receive(command)),
      changed: () => {},
      removed: () => {},
    });
  /** Delivers one message; false without any. */
  const deliver = (pick = 0): boolean => {
    const [next] = inFlight.splice(pick % Math.max(1, inFlight.length), 1);
    next?.();
    return next !== undefined;
  };
  return { a, b, actor, deliver };
}

const cash = ({ state }: { state: ReturnType<typeof fundedAccount> }) => balances(state.ledger, CASH);

test("AC-94: the payer holds the cash until the receiver has it; both audit records name the other account", () => {
  const { a, b, actor, deliver } = accounts();
  expect(a.ask("rent", 3_000_000, "b")).toMatchObject({ ok: true, value: { to: "b", reference: "own/rent" } });
  expect(cash(a)).toMatchObject({ available: 7_000_000, held: 3_000_000 });
  expect(loadAccount(structuredClone(saveAccount(a.state))).withdrawals).toEqual(a.state.withdrawals);
  while (deliver());
  expect([cash(a).available, cash(a).held, cash(b).available]).toEqual([7_000_000, 0, 13_000_000]);
  expect(actor.open.size).toBe(0);
  const named = (of: typeof a) =>
    of.out.audits.map(({ action, body }) => [action, body["to_account_id"] ?? body["from_account_id"], body["amount"]]);
  expect(named(a)).toEqual([
    ["transfer.requested", "b", "300"],
    ["transfer.settled", "b", "300"],
  ]);
  expect(named(b)).toEqual([["transfer.received", "a", "300"]]);
});

test("AC-94: one reference is one transfer, and not the withdrawal of the same name", () => {
  const { a, deliver } = accounts();
  const first = a.ask("rent", 10, "b");
  while (deliver());
  expect(a.ask("rent", 10, "b")).toMatchObject({ ok: true, value: { state: "settled" } });
  expect(first).toMatchObject({ ok: true, value: { state: "pending" } });
  expect(a.ask("rent", 11, "b")).toMatchObject({ ok: false, refusal: { reason: "withdrawal_reference_taken" } });
  expect(a.ask("rent", 10, "c")).toMatchObject({ ok: false, refusal: { reason: "withdrawal_reference_taken" } });
  expect(a.ask("rent", 10)).toMatchObject({ ok: true, value: { state: "pending", reference: "rent" } });
  expect(a.ask("own/rent", 10)).toMatchObject({ ok: false, refusal: { reason: "withdrawal_reference_taken" } });
  for (const [amount, to] of [
    [0, "b"],
    [10, "a"],
  ] as const) {
    expect(a.ask("new", amount, to)).toMatchObject({ ok: false, refusal: { reason: "transfer_invalid" } });
  }
  expect(a.ask("all", FUNDED, "b")).toMatchObject({ ok: false, refusal: { reason: "insufficient_buying_power" } });
});

test("AC-94: whatever is transferred, withdrawn and ordered, no balance is below zero and no cash is made or lost", () => {
  const step = fc.record({
    what: fc.nat(5),
    payer: fc.boolean(),
    amount: fc.integer({ min: 1, max: 4_000_000 }),
    pick: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { a, b, actor, deliver } = accounts();
      for (const [n, { what, payer, amount, pick }] of steps.entries()) {
        const [one, other] = payer ? [a, b] : [b, a];
        if (what < 2) one.ask(`t${n}`, amount, other.id);
        else if (what === 2) one.ask(`w${n}`, amount);
        else if (what === 3) {
          const ticket = ticketWith({ clientOrderId: `c${n}`, limitPrice: String(1 + (amount % 50)) });
          const hours = { now: NOW, session: "always", expiry: () => null, accepts: () => false } as const;
          const facts = { known: () => undefined, order: () => undefined, orderId: `o${n}`, hours, late: false };
          const prices = { marketPrice: null, lastPrice: null };
          const order = validateOrder(ticket, SEEDED);
          const { entries } = decideSubmit(one.state, ticket, order, { ...facts, ...prices }, NO_ORIGIN);
          for (const entry of entries) applyEntry(one.state, entry, NOW, recorder());
        } else if (what === 4) {
          const order = [...one.state.open.keys()][pick % Math.max(1, one.state.open.size)] ?? "";
          for (const entry of decideCancel(one.state, order, () => undefined, NO_ORIGIN).entries) {
            applyEntry(one.state, entry, NOW, recorder());
          }
        } else deliver(0);
        for (const each of [a, b]) {
          checkLedger(each.state.ledger);
          expect(holdMismatches(each.state)).toEqual([]);
          expect(Math.min(cash(each).available, cash(each).held)).toBeGreaterThanOrEqual(0);
        }
      }
      while (deliver());
      expect([...actor.open.values()].every(({ kind }) => kind === "withdrawal")).toBe(true);
      const total = [a, b].reduce((sum, each) => sum + cash(each).available + cash(each).held, 0);
      expect(total).toBe(2 * FUNDED);
    }),
    { numRuns: 200 },
  );
});
