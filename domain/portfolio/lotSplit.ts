import type { OpenLoss, TaxLot, TaxLots } from "./taxLot.ts";

/** A split gives `to` units for each `from` units: 4 for 1, or 1 for 10. */
export interface SplitRatio {
  readonly to: number;
  readonly from: number;
}

export interface SplitResult {
  /** The position after the split. */
  readonly quantity: number;
  /** The fraction of a unit that the position loses: `remainder / ratio.from`, for payment in cash. */
  readonly remainder: number;
  /** Basis of a position that was worth less than a unit and has ended; else 0. */
  readonly costRemoved: number;
}

/**
 * Splits all lots; dates and total cost stay. The position is rounded down to a whole unit. Each lot gets the increase of
 * the running sum of quantities, rounded down, so that lots add up to the position. A lot that gets nothing gives its cost
 * to the next one, the last ones to the lot before. Quantities that replaced losses, and those of open losses, are rounded
 * down too, and an open loss of which no quantity is left ends. Throws RangeError for a ratio that is not of positive
 * integers, or a position outside the exact range; then nothing changes.
 */
export function splitLots(state: TaxLots, { to, from }: SplitRatio): SplitResult {
  if (![to, from].every((part) => Number.isSafeInteger(part) && part > 0)) throw new RangeError(`split ${to}:${from}`);
  const scaled = (quantity: number): number => Number((BigInt(quantity) * BigInt(to)) / BigInt(from));
  const quantity = scaled(state.quantity);
  if (!Number.isSafeInteger(quantity)) throw new RangeError("position outside the exact range");
  const remainder = Number((BigInt(state.quantity) * BigInt(to)) % BigInt(from));
  const costBefore = state.cost;
  state.lots = splitEach(state.lots, scaled);
  state.losses = state.losses.flatMap((loss) => splitLoss(loss, scaled));
  state.quantity = quantity;
  if (quantity === 0) state.cost = 0;
  return { quantity, remainder, costRemoved: costBefore - state.cost };
}

function splitEach(lots: readonly TaxLot[], scaled: (quantity: number) => number): TaxLot[] {
  const kept: TaxLot[] = [];
  let before = 0;
  let after = 0;
  let costOfNothing = 0;
  for (const lot of lots) {
    before += lot.quantity;
    const quantity = scaled(before) - after;
    after += quantity;
    if (quantity === 0) {
      costOfNothing += lot.cost;
      continue;
    }
    const full = lot.replaced === lot.quantity;
    const replaced = full ? quantity : Math.min(quantity, scaled(lot.replaced));
    kept.push({ ...lot, quantity, cost: lot.cost + costOfNothing, replaced });
    costOfNothing = 0;
  }
  const last = kept.at(-1);
  if (last !== undefined) last.cost += costOfNothing;
  return kept;
}

/** What was disallowed of the loss stays; a later match disallows the rest in proportion to the new quantities. */
function splitLoss(loss: OpenLoss, scaled: (quantity: number) => number): OpenLoss[] {
  const quantity = scaled(loss.quantity);
  const matched = scaled(loss.matched);
  return matched < quantity ? [{ ...loss, quantity, matched }] : [];
}
