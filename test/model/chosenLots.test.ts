/** PF-16: random sales that name their tax lots, among others that do not, with fills in any sequence. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { AccountFold } from "../../db/verify/accountFold.ts";
import type { Facts } from "../../db/verify/balanceFold.ts";
import { applyEntry } from "../../domain/account/apply.ts";
import { decideSubmit } from "../../domain/account/entry/decide.ts";
import { decideReplace } from "../../domain/account/entry/decideReplace.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import type { ValidatedReplace } from "../../domain/account/entry/validated.ts";
import { holdMismatches } from "../../domain/account/ledger/holds.ts";
import { owned } from "../../domain/account/ledger/ledger.ts";
import { freeLots, remainingChoice, reservedLots } from "../../domain/account/lots/chosenLots.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import { newAccount } from "../../domain/account/state/accountState.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { draftOf } from "../../domain/account/state/draft.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { loadAccount, saveAccount } from "../../domain/account/state/save.ts";
import { recorder, ticketWith } from "../../domain/account/testing.ts";
import { formatDecimal } from "../../domain/decimal.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import { sessionRules } from "../../domain/market/sessionRules.ts";
import type { BookReport } from "../../domain/matching/messages.ts";
import type { LotChoice } from "../../domain/portfolio/lotMethod.ts";
import { SETTABLE_LOT_METHODS } from "../../domain/risk/settingWords.ts";

const SHARE = 1_000_000;
const START = Date.UTC(2026, 10, 20, 15);
const SYMBOL = "AAPL";
const PRICE = 1_000_000;

type Step = readonly [kind: number, a: number, b: number, c: number];

/** An account whose book does what the steps say; its records go to a verification of their own. */
class Day {
  state: AccountState = newAccount();
  readonly seen = new Map<string, number>();
  readonly #out = recorder();
  readonly #fold = new AccountFold();
  #now = START;
  #orders = 0;
  #trades = 0;

  constructor(method: (typeof SETTABLE_LOT_METHODS)[number]) {
    const owner = { accountId: "a", userId: "a", auditAddress: "audit/0" };
    this.#enter({ kind: "opened", ...owner, activities: true, lots: true, origin: NO_ORIGIN });
    const cash = { reference: "cash", asset: "USD", amount: 10 ** 12, cost: 0 };
    this.#enter({ kind: "deposited", ...cash, by: "x", origin: NO_ORIGIN });
    this.#enter({ kind: "settings_changed", changes: { lotMethod: method }, origin: NO_ORIGIN });
    for (const shares of [3, 5, 2, 4]) this.#deposit(shares * SHARE);
  }

  do([kind, a, b, c]: Step): void {
    this.#now += 1_000;
    const open = [...this.state.open.values()];
    const order = open[a % Math.max(1, open.length)];
    if (kind < 1) this.#deposit(1 + (b % (3 * SHARE)));
    else if (kind < 4) this.#sell(kind === 1 ? null : this.#choice(a, b, c), 1 + (b % (4 * SHARE)));
    else if (order === undefined || order.status === "pending_new") return;
    else if (kind < 7) this.#fill(order, 1 + (b % Math.max(1, order.qty - order.filledQty)));
    else if (kind < 8) this.#cancel(order);
    else if (kind < 9) this.#restate(order, b);
    else if (kind < 11) this.#replace(order, a, b, c);
    else this.#answer(order, b);
    this.#check();
    // As after a crash.
    if (c % 7 === 0) this.state = loadAccount(JSON.parse(JSON.stringify(saveAccount(this.state))));
  }

  #deposit(amount: number): void {
    const deposit = {
      reference: `d${this.#now}.${this.state.nextAuditEvent}`,
      asset: SYMBOL,
      amount,
      cost: amount % 977,
    };
    this.#enter({ kind: "deposited", ...deposit, by: "x", origin: NO_ORIGIN });
  }

  /** Some free lots, in any sequence, and sometimes more than is free. */
  #choice(a: number, b: number, c: number): LotChoice[] {
    const free = freeLots(this.state, SYMBOL);
    const chosen: LotChoice[] = [];
    for (let nth = 0; nth <= c % 3 && free.length > 0; nth++) {
      const [lot] = free.splice((a + nth * b) % free.length, 1);
      if (lot !== undefined)
        chosen.push({ ...lot, quantity: c % 11 === 0 ? lot.quantity + 1 : 1 + (b % lot.quantity) });
    }
    return chosen;
  }

  #sell(lots: LotChoice[] | null, qty: number): void {
    const all = lots === null ? qty : lots.reduce((sum, { quantity }) => sum + quantity, 0);
    const named = lots?.map(({ lotId, quantity }) => ({ lotId, qty: formatDecimal(quantity, 6) })) ?? null;
    const ticket = ticketWith({ side: "sell", qty: formatDecimal(all, 6), limitPrice: "100", lots: named });
    const facts = { ...this.#facts(), orderId: `o${++this.#orders}`, order: () => undefined };
    const draft = draftOf(this.state);
    const { entries, outcome } = decideSubmit(draft, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
    for (const entry of entries) this.#enter(entry);
    this.#count(outcome.ok ? `sale ${lots === null ? "by the method" : "of chosen lots"}` : outcome.refusal.reason);
    if (outcome.ok) this.#report({ kind: "accepted", orderId: facts.orderId, at: this.#now });
  }

  #fill(order: Order, qty: number): void {
    const wanted = remainingChoice(order);
    const before = this.#out.activities.length;
    const [tradeId, orderId, at] = [++this.#trades, order.id, this.#now];
    this.#report({ kind: "fill", orderId, tradeId, price: 2 * PRICE, qty, liquidity: "maker", at });
    const fill = this.#out.activities.slice(before).find(({ type }) => type === "FILL");
    if (fill === undefined || order.lots === undefined) return;
    // The choice, in its sequence.
    let rest = qty;
    const expected = wanted.flatMap(({ lotId, quantity }) => {
      const part = Math.min(quantity, rest);
      rest -= part;
      return part > 0 ? [[lotId, part]] : [];
    });
    expect(fill.lots.map(({ lotId, quantity }) => [lotId, quantity])).toEqual(expected);
    this.#count("fill of a choice");
  }

  #cancel({ id }: Order): void {
    this.#report({ kind: "closed", orderId: id, cause: "canceled", at: this.#now });
    this.#count("canceled");
  }

  #restate(order: Order, b: number): void {
    const less = b % Math.max(1, order.qty - order.filledQty);
    if (less === 0) return;
    this.#report({ kind: "restated", orderId: order.id, qty: order.qty - less, reason: "self_trade", at: this.#now });
    this.#count("restated");
  }

  /** Asks for another quantity, and for other lots, or to keep those of the order. */
  #replace(order: Order, a: number, b: number, c: number): void {
    const asked = c % 3 === 0 ? null : this.#choice(a, b, c);
    const rest = order.qty - order.filledQty;
    const sum = asked?.reduce((all, { quantity }) => all + quantity, 0);
    const qty = order.filledQty + (sum ?? 1 + (b % (rest + SHARE)));
    const unchanged = { stopPrice: null, trigger: null, timeInForce: null, goodTil: null, clientOrderId: null };
    const value: ValidatedReplace = {
      ...unchanged,
      limitPrice: PRICE + 100,
      qty: qty === order.qty ? null : qty,
      lots: asked,
    };
    const text = { qty: null, limitPrice: null, stopPrice: null, trail: null, timeInForce: null };
    const facts = { ...this.#facts(), order, newOrderId: `o${++this.#orders}`, instruments: SEEDED };
    const read = () => ({ ok: true, value }) as const;
    const ticket = { ...text, clientOrderId: null, goodTil: null };
    const { entries, outcome } = decideReplace(this.state, order.id, ticket, read, facts, NO_ORIGIN);
    for (const entry of entries) this.#enter(entry);
    this.#count(outcome.ok ? `replace ${asked === null ? "as it is" : "of the lots"}` : outcome.refusal.reason);
  }

  /** The book agrees to a pending replace, or refuses it. */
  #answer(order: Order, b: number): void {
    const next = this.state.open.get(order.replacement?.orderId ?? "");
    if (next === undefined) return;
    const ids = { orderId: order.id, newOrderId: next.id, at: this.#now };
    const agrees = b % 4 > 0 && next.qty > order.filledQty;
    this.#report(agrees ? { kind: "replaced", ...ids } : { kind: "replace_rejected", ...ids });
    this.#count(agrees ? "replaced" : "replace refused");
  }

  #facts() {
    const hours = sessionRules("always", this.#now);
    return { marketPrice: PRICE, lastPrice: PRICE, known: () => undefined, hours, leastValue: 0, late: false };
  }

  #enter(entry: Parameters<typeof applyEntry>[1]): void {
    applyEntry(this.state, entry, this.#now, this.#out);
  }

  #report(report: BookReport): void {
    applyReport(this.state, report, this.#now, this.#out);
  }

  #count(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  #check(): void {
    const lots = this.state.lots?.get(SYMBOL);
    expect(lots?.lots.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0).toBe(owned(this.state.ledger, SYMBOL));
    expect(lots?.lots.reduce((sum, { cost }) => sum + cost, 0)).toBe(lots?.cost);
    const there = new Map(lots?.lots.map(({ lotId, quantity }) => [lotId, quantity]));
    for (const [lotId, quantity] of reservedLots(this.state, SYMBOL)) {
      expect(quantity).toBeLessThanOrEqual(there.get(lotId) ?? 0);
    }
    for (const order of this.state.open.values()) {
      if (order.lots === undefined) continue;
      const left = remainingChoice(order).reduce((sum, { quantity }) => sum + quantity, 0);
      expect(left).toBe(Math.max(0, order.qty - Math.max(order.filledQty, order.lotsFrom ?? 0)));
    }
    expect(holdMismatches(this.state)).toEqual([]);
    for (const record of this.#out.audits.splice(0)) {
      expect(this.#fold.apply(JSON.parse(JSON.stringify(record)) as Facts), JSON.stringify(record)).toBeNull();
    }
    expect(this.#fold.lots.textOf(SYMBOL)).toBe(
      (lots?.lots ?? [])
        .map((lot) => [lot.lotId, lot.acquiredAt, lot.quantity, lot.cost, lot.replaced].join(" "))
        .join(),
    );
  }
}

const whole = fc.nat(10 ** 7);
const steps = fc.array(fc.tuple(fc.nat(12), whole, whole, whole), { minLength: 20, maxLength: 80, size: "max" });

test("PF-16: chosen lots are sold in their sequence, no other sale takes them, and the verification agrees with every fill", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.constantFrom(...SETTABLE_LOT_METHODS), steps, (method, all) => {
      const day = new Day(method);
      for (const step of all) day.do(step);
      for (const [what, times] of day.seen) seen.set(what, (seen.get(what) ?? 0) + times);
    }),
    { numRuns: 200, seed: 14 },
  );
  const expected = [
    "fill of a choice",
    "sale by the method",
    "sale of chosen lots",
    "canceled",
    "restated",
    "replaced",
  ];
  const refusals = ["replace refused", "replace as it is", "replace of the lots", "tax_lot_insufficient"];
  for (const what of [...expected, ...refusals, "tax_lots_quantity", "insufficient_qty"]) {
    expect(seen.get(what), what).toBeGreaterThan(20);
  }
}, 60_000);
