/** The tax lots of one symbol, rebuilt from the trail: the rules of PF-2 to PF-6 once more, in their simplest form. */
import { mulDivHalfEven } from "../../domain/decimal.ts";

import type { ChosenLot } from "./foldedOrder.ts";

interface Lot {
  readonly id: number;
  readonly at: number;
  /** Bought, not deposited or converted: only such a lot replaces a loss. */
  readonly bought: boolean;
  qty: number;
  cost: number;
  replaced: number;
}

interface Loss {
  readonly disposal: number;
  readonly lot: number;
  readonly acquiredAt: number;
  readonly at: number;
  readonly qty: number;
  readonly loss: number;
  matched: number;
  disallowed: number;
}

/** A part of a lot that was sold. */
export interface SoldPart {
  readonly id: number;
  readonly qty: number;
  readonly cost: number;
  readonly proceeds: number;
  readonly term: "short" | "long";
}

/** A part of a lot that was sent to another account. */
export interface SentPart {
  readonly id: number;
  readonly at: number;
  readonly bought: boolean;
  readonly qty: number;
  readonly cost: number;
  readonly replaced: number;
}

/** A part of a loss that a bought lot replaces. */
export interface Replacement {
  readonly disposal: number;
  readonly lot: number;
  readonly by: number;
  readonly qty: number;
  readonly disallowed: number;
}

export class SymbolLots {
  /** In the sequence of acquisition. */
  #lots: Lot[] = [];
  #losses: Loss[] = [];
  nextLot = 1;
  nextDisposal = 1;
  qty = 0;
  cost = 0;

  /** All lots, for a comparison with those of the account. */
  get text(): string {
    return this.#lots.map(({ id, at, qty, cost, replaced }) => `${id} ${at} ${qty} ${cost} ${replaced}`).join();
  }

  /** Adds a lot, and gives the earlier losses that it replaces. */
  add(qty: number, cost: number, at: number, bought: boolean): Replacement[] {
    const lot = (bought ? this.#lotOfDay(at) : null) ?? this.#newLot(at, bought);
    lot.qty += qty;
    lot.cost += cost;
    this.qty += qty;
    this.cost += cost;
    if (!bought) return [];
    this.#forgetLosses(at);
    const found = this.#losses.flatMap((loss) => this.#replace(loss, lot));
    this.#losses = this.#losses.filter(({ qty: lost, matched }) => matched < lost);
    return found;
  }

  /** The number of the lot that a purchase at this time is added to. */
  lotFor(at: number): number {
    return this.#lotOfDay(at)?.id ?? this.nextLot;
  }

  /** With so many lots, those bought on one day are one. */
  #lotOfDay(at: number): Lot | null {
    const newest = this.#lots.at(-1);
    if (newest === undefined || this.#lots.length < LOTS_APART) return null;
    return newest.bought && dayOf(newest.at) === dayOf(at) ? newest : null;
  }

  #newLot(at: number, bought: boolean): Lot {
    const lot: Lot = { id: this.nextLot++, at, bought, qty: 0, cost: 0, replaced: 0 };
    let place = this.#lots.length;
    while (place > 0 && (this.#lots[place - 1]?.at ?? 0) > at) place--;
    this.#lots.splice(place, 0, lot);
    return lot;
  }

  quantityOf(id: number): number {
    return this.#lots.find((lot) => lot.id === id)?.qty ?? 0;
  }

  /** Sells a quantity, at most all, by a method or a choice of lots; what is reserved is left. */
  sell(
    qty: number,
    proceeds: number,
    at: number,
    by: string | readonly ChosenLot[],
    reserved: ReadonlyMap<number, number>,
  ): { parts: SoldPart[]; replaced: Replacement[] } {
    const disposal = this.nextDisposal++;
    const parts: SoldPart[] = [];
    const losses: Loss[] = [];
    let sold = 0;
    for (const [lot, most] of this.#inOrder(by)) {
      if (sold === qty) break;
      const part = Math.min(most, lot.qty - (reserved.get(lot.id) ?? 0), qty - sold);
      if (part <= 0) continue;
      const cost = part === lot.qty ? lot.cost : mulDivHalfEven(lot.cost, part, lot.qty);
      const before = mulDivHalfEven(proceeds, sold, qty);
      sold += part;
      const share = mulDivHalfEven(proceeds, sold, qty) - before;
      lot.qty -= part;
      lot.cost -= cost;
      lot.replaced = Math.max(0, lot.replaced - part);
      parts.push({ id: lot.id, qty: part, cost, proceeds: share, term: termOf(lot.at, at) });
      const loss = { disposal, lot: lot.id, acquiredAt: lot.at, at, qty: part, loss: cost - share };
      if (share < cost) losses.push({ ...loss, matched: 0, disallowed: 0 });
      this.cost -= cost;
    }
    this.qty -= sold;
    while (this.#lots[0]?.qty === 0) this.#lots.shift();
    if (by !== "fifo" || reserved.size > 0) this.#lots = this.#lots.filter((lot) => lot.qty > 0);
    return { parts, replaced: this.#replaceNew(losses, at) };
  }

  /**
   * Sends parts of lots to another account, or says what is wrong with them: first in first out, except for purchases that
   * may not have settled, and for what is reserved.
   */
  send(
    parts: readonly { readonly id: number; readonly qty: number }[],
    at: number,
    reserved: ReadonlyMap<number, number>,
  ): readonly SentPart[] | string {
    const sent: SentPart[] = [];
    for (const lot of this.#lots) {
      const part = parts[sent.length];
      if (part === undefined) break;
      const free = lot.qty - (reserved.get(lot.id) ?? 0);
      if (free <= 0) continue;
      if (part.id !== lot.id) {
        const mayWait = lot.bought && dayOf(lot.at) > dayOf(at) - SETTLEMENT_DAYS_MAX;
        if (mayWait) continue;
        return `it takes lot ${part.id} before lot ${lot.id}`;
      }
      if (part.qty > free) return `lot ${lot.id} has less than it takes`;
      if (part.qty < free && sent.length < parts.length - 1) return `it leaves some of lot ${lot.id}`;
      const cost = part.qty === lot.qty ? lot.cost : mulDivHalfEven(lot.cost, part.qty, lot.qty);
      const replaced = Math.min(lot.replaced, part.qty);
      sent.push({ id: lot.id, at: lot.at, bought: lot.bought, qty: part.qty, cost, replaced });
    }
    if (sent.length < parts.length) return `it takes lot ${parts[sent.length]?.id}, which is not there`;
    for (const part of sent) this.#change(part, -1);
    this.#lots = this.#lots.filter(({ qty }) => qty > 0);
    return sent;
  }

  /** Puts back what another account has refused. */
  putBack(parts: readonly SentPart[]): void {
    for (const part of parts) {
      const { id, at, bought } = part;
      if (!this.#lots.some((lot) => lot.id === id)) {
        this.#lots.push({ id, at, bought, qty: 0, cost: 0, replaced: 0 });
        this.#lots.sort((a, b) => a.at - b.at || a.id - b.id);
      }
      this.#change(part, 1);
    }
  }

  #change({ id, qty, cost, replaced }: SentPart, sign: 1 | -1): void {
    const lot = this.#lots.find((each) => each.id === id);
    if (lot === undefined) return;
    lot.qty += sign * qty;
    lot.cost += sign * cost;
    lot.replaced += sign * replaced;
    this.qty += sign * qty;
    this.cost += sign * cost;
  }

  /** Lots in the sequence in which they are sold, each with the most that is. */
  *#inOrder(by: string | readonly ChosenLot[]): Generator<readonly [lot: Lot, most: number]> {
    if (typeof by === "string") for (const lot of this.#byMethod(by)) yield [lot, lot.qty];
    else {
      for (const { id, qty } of by) {
        const lot = this.#lots.find((each) => each.id === id);
        if (lot !== undefined) yield [lot, qty];
      }
    }
  }

  #byMethod(method: string): readonly Lot[] {
    if (method === "lifo") return this.#lots.toReversed();
    if (method !== "highest_cost") return this.#lots;
    const dearer = (a: Lot, b: Lot) => Number(BigInt(b.cost) * BigInt(a.qty) - BigInt(a.cost) * BigInt(b.qty));
    return this.#lots.toSorted((a, b) => dearer(a, b));
  }

  #replaceNew(losses: Loss[], at: number): Replacement[] {
    if (losses.length === 0) return [];
    this.#forgetLosses(at);
    losses.sort((a, b) => a.acquiredAt - b.acquiredAt || a.lot - b.lot);
    const recent: Lot[] = [];
    for (let place = this.#lots.length - 1; place >= 0; place--) {
      const lot = this.#lots[place];
      if (lot === undefined || dayOf(lot.at) < dayOf(at) - WASH_SALE_DAYS) break;
      if (lot.bought) recent.unshift(lot);
    }
    const found = losses.flatMap((loss) => recent.flatMap((lot) => this.#replace(loss, lot)));
    this.#losses.push(...losses.filter(({ qty, matched }) => matched < qty));
    return found;
  }

  #replace(loss: Loss, lot: Lot): Replacement[] {
    const qty = Math.min(loss.qty - loss.matched, lot.qty - lot.replaced);
    if (qty <= 0 || lot.id === loss.lot || Math.abs(dayOf(lot.at) - dayOf(loss.at)) > WASH_SALE_DAYS) return [];
    loss.matched += qty;
    lot.replaced += qty;
    const disallowed = mulDivHalfEven(loss.loss, loss.matched, loss.qty) - loss.disallowed;
    loss.disallowed += disallowed;
    return [{ disposal: loss.disposal, lot: loss.lot, by: lot.id, qty, disallowed }];
  }

  #forgetLosses(now: number): void {
    if (this.#losses.length === 0) return;
    this.#losses = this.#losses.filter(({ at }) => dayOf(at) + WASH_SALE_DAYS >= dayOf(now));
  }
}

const LOTS_APART = 10_000;
const WASH_SALE_DAYS = 30;
/** Purchases of the day before this many days have settled, over any weekend and holidays. */
const SETTLEMENT_DAYS_MAX = 10;
const DAY_MS = 86_400_000;

/** Long when held for more than a year, which is counted from the day after the acquisition. */
function termOf(acquiredAt: number, soldAt: number): "short" | "long" {
  const begin = new Date((dayOf(acquiredAt) + 1) * DAY_MS);
  const yearLater = Date.UTC(begin.getUTCFullYear() + 1, begin.getUTCMonth(), begin.getUTCDate()) / DAY_MS;
  return dayOf(soldAt) >= yearLater ? "long" : "short";
}

const NEW_YORK = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" });
const QUARTER_MS = 900_000;
const LATEST = 8e15;
const DAYS_KEPT = 10_000;
/** Days by quarter of an hour: a quarter has one date. */
const days = new Map<number, number>();

/** The date in New York, in days since 1970. */
function dayOf(at: number): number {
  // A forged time may be none.
  if (!(Math.abs(at) < LATEST)) return 0;
  const quarter = Math.floor(at / QUARTER_MS);
  let day = days.get(quarter);
  if (day !== undefined) return day;
  day = Date.parse(NEW_YORK.format(quarter * QUARTER_MS)) / DAY_MS;
  if (days.size >= DAYS_KEPT) days.clear();
  days.set(quarter, day);
  return day;
}
