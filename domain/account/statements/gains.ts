/** Realised gains of a tax year, lot by lot. Amounts in 1/10,000 dollar, quantities in lots of the symbol. */
import { newYorkDay, yearOf } from "../../market/newYork.ts";
import { type Term, termOf } from "../../portfolio/holdingPeriod.ts";
import { WASH_SALE_DAYS } from "../../portfolio/washSales.ts";
import type { Activity, FillActivity } from "../activities/activity.ts";

/** A tax lot, or a part of one, that was sold. */
export interface GainLine {
  readonly symbol: string;
  readonly lotId: number;
  readonly acquiredAt: number;
  readonly soldAt: number;
  readonly quantity: number;
  readonly proceeds: number;
  readonly cost: number;
  readonly gain: number;
  readonly term: Term;
  /** How much of the quantity was replaced within 30 days, and how much of the loss that disallows. */
  readonly washSaleQuantity: number;
  readonly disallowed: number;
}

/** A sale whose lots are not in the record: of an account before it had tax lots, or of too many lots for one activity. */
export type UnlistedSale = Pick<FillActivity, "symbol" | "qty" | "cash" | "tradedAt" | "orderId">;

export interface TermTotals {
  readonly proceeds: number;
  readonly cost: number;
  readonly gain: number;
  readonly disallowed: number;
}

export interface GainsReport {
  readonly lines: readonly GainLine[];
  readonly unlisted: readonly UnlistedSale[];
  readonly short: TermTotals;
  readonly long: TermTotals;
}

/** Days after a year in which a purchase can still make one of its losses a wash sale. */
export const LATER_DAYS = WASH_SALE_DAYS;

/** Collects the sales of a year (New York dates). Add the fills of the year and of the 30 days after it, in sequence. */
export class Gains {
  readonly #year: number;
  readonly #lines: { -readonly [K in keyof GainLine]: GainLine[K] }[] = [];
  readonly #byLot = new Map<string, number>();
  readonly #unlisted: UnlistedSale[] = [];

  constructor(year: number) {
    this.#year = year;
  }

  /** Number of lines so far. */
  get size(): number {
    return this.#lines.length;
  }

  add(activity: Activity): void {
    if (activity.type !== "FILL") return;
    if (activity.side === "sell" && yearOf(newYorkDay(activity.tradedAt)) === this.#year) this.#addSale(activity);
    for (const { disposalId, lotId, quantity, disallowed } of activity.washSales) {
      const line = this.#lines[this.#byLot.get(`${activity.symbol} ${disposalId} ${lotId}`) ?? -1];
      if (line === undefined) continue;
      line.washSaleQuantity += quantity;
      line.disallowed += disallowed;
    }
  }

  /** The report of what was added, in the sequence of the sales. */
  report(): GainsReport {
    const [lines, unlisted] = [this.#lines, this.#unlisted];
    return { lines, unlisted, short: totalsOf(lines, "short"), long: totalsOf(lines, "long") };
  }

  #addSale({ symbol, qty, cash, tradedAt, orderId, lots, disposalId }: FillActivity): void {
    if (lots.length === 0) this.#unlisted.push({ symbol, qty, cash, tradedAt, orderId });
    for (const { lotId, acquiredAt, quantity, cost, proceeds } of lots) {
      this.#byLot.set(`${symbol} ${disposalId} ${lotId}`, this.#lines.length);
      const received = proceeds ?? 0;
      const sale = { symbol, lotId, acquiredAt, soldAt: tradedAt, quantity, proceeds: received, cost };
      const term = termOf(acquiredAt, tradedAt);
      this.#lines.push({ ...sale, gain: received - cost, term, washSaleQuantity: 0, disallowed: 0 });
    }
  }
}

function totalsOf(lines: readonly GainLine[], term: Term): TermTotals {
  const own = lines.filter((line) => line.term === term);
  const sum = (field: keyof TermTotals) => own.reduce((total, line) => total + line[field], 0);
  return { proceeds: sum("proceeds"), cost: sum("cost"), gain: sum("gain"), disallowed: sum("disallowed") };
}
