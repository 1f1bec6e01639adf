/**
 * Wash sales (26 U.S.C. 1091, 26 CFR 1.1091-1): a loss, and an acquisition of the same symbol within 30 days before or
 * after it that was not itself sold. They are flagged and change no basis. Only acquisitions of this account count, as in
 * a broker's report (26 CFR 1.6045-1(d)(6)(iii)): a transferred or migrated lot replaces nothing. What is left of a lot
 * does not replace what was sold of it (Rev. Rul. 56-602).
 */
import { mulDivHalfEven } from "../decimal.ts";
import { DAY, newYorkDay } from "../market/newYork.ts";
import { firstSince } from "./taxLot.ts";
import type { OpenLoss, TaxLot, TaxLots } from "./taxLot.ts";

/** Days before and after a loss in which an acquisition makes it a wash sale. */
export const WASH_SALE_DAYS = 30;

/** A part of a loss that an acquisition has replaced. */
export interface WashSale {
  readonly disposalId: number;
  /** The lot that was sold at a loss. */
  readonly lotId: number;
  /** The lot that replaces it. */
  readonly replacedBy: number;
  readonly quantity: number;
  /**
   * The part of the loss that is not deductible. Of the whole replaced quantity of a loss it is in proportion, rounded
   * half-even, and the last wash sale of a loss that is replaced in full takes the rest.
   */
  readonly disallowed: number;
}

/** Matches the losses of one disposal with lots that were acquired before, and keeps what is left of them open. */
export function matchNewLosses(state: TaxLots, losses: OpenLoss[], now: number): WashSale[] {
  endLosses(state, now);
  const found = losses.flatMap((loss) => matchEarlierLots(state, loss));
  for (const loss of losses) if (!isReplaced(loss)) state.losses.push(loss);
  return found;
}

/** Matches a lot that has just been acquired with earlier losses, the earliest first. */
export function matchEarlierLosses(state: TaxLots, lot: TaxLot): WashSale[] {
  endLosses(state, lot.acquiredAt);
  const found: WashSale[] = [];
  let ended = 0;
  for (const loss of state.losses) {
    if (lot.replaced === lot.quantity) break;
    if (isNear(lot.acquiredAt, loss.soldAt)) found.push(match(loss, lot));
    if (isReplaced(loss)) ended++;
  }
  forgetReplaced(state, ended);
  return found;
}

/** Replacements in the sequence of their acquisition (26 CFR 1.1091-1(c)). */
function matchEarlierLots(state: TaxLots, loss: OpenLoss): WashSale[] {
  const found: WashSale[] = [];
  // Two days more than the window, because days differ in length.
  const since = loss.soldAt - (WASH_SALE_DAYS + 2) * DAY;
  for (let index = firstSince(state.lots, since); index < state.lots.length && !isReplaced(loss); index++) {
    const lot = state.lots[index];
    if (lot === undefined || lot.lotId === loss.lotId || !isReplaceable(lot)) continue;
    if (isNear(lot.acquiredAt, loss.soldAt)) found.push(match(loss, lot));
  }
  return found;
}

function isReplaced(loss: OpenLoss): boolean {
  return loss.matched === loss.quantity;
}

function isReplaceable(lot: TaxLot): boolean {
  return lot.source === "acquired" && lot.replaced < lot.quantity;
}

function isNear(acquiredAt: number, soldAt: number): boolean {
  return Math.abs(newYorkDay(acquiredAt) - newYorkDay(soldAt)) <= WASH_SALE_DAYS;
}

function match(loss: OpenLoss, lot: TaxLot): WashSale {
  const quantity = Math.min(loss.quantity - loss.matched, lot.quantity - lot.replaced);
  loss.matched += quantity;
  lot.replaced += quantity;
  const disallowed = mulDivHalfEven(loss.loss, loss.matched, loss.quantity) - loss.disallowed;
  loss.disallowed += disallowed;
  return { disposalId: loss.disposalId, lotId: loss.lotId, replacedBy: lot.lotId, quantity, disallowed };
}

/** Forgets losses whose 30 days have passed. */
function endLosses(state: TaxLots, now: number): void {
  const today = newYorkDay(now);
  const oldest = state.losses[0];
  if (oldest !== undefined && newYorkDay(oldest.soldAt) + WASH_SALE_DAYS < today) {
    state.losses = state.losses.filter(({ soldAt }) => newYorkDay(soldAt) + WASH_SALE_DAYS >= today);
  }
}

/** Forgets losses that were replaced in full; as a rule they are the first ones. */
function forgetReplaced(state: TaxLots, count: number): void {
  if (state.losses.slice(0, count).every(isReplaced)) state.losses.splice(0, count);
  else state.losses = state.losses.filter((loss) => !isReplaced(loss));
}
