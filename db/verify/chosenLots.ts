/** Tax lots that orders have chosen, and thereby reserved, as the audit events tell it. */
import type { ChosenLot, FoldedOrder } from "./foldedOrder.ts";
import { leavesOf } from "./foldedOrder.ts";
import type { LotFold, Taking } from "./lotFold.ts";

type Lots = Map<number, number>;

/** The chosen lots of an order's record; null without any, and a text when they are none. */
export function readChosen(
  rows: unknown,
  units: (text: unknown) => number | null,
  order: Pick<FoldedOrder, "side" | "notional">,
): ChosenLot[] | null | string {
  if (rows === undefined) return null;
  if (!Array.isArray(rows) || order.side !== "sell" || order.notional !== null) return "its order cannot choose lots";
  const chosen: ChosenLot[] = [];
  for (const row of rows as unknown[]) {
    const [id, text] = Array.isArray(row) ? (row as unknown[]) : [];
    const qty = units(text);
    if (typeof id !== "number" || qty === null || qty <= 0) return "its chosen lots are none";
    chosen.push({ id, qty });
  }
  if (new Set(chosen.map(({ id }) => id)).size < chosen.length) return "it chooses a lot twice";
  return chosen;
}

export const sumOf = (chosen: readonly ChosenLot[]): number => chosen.reduce((sum, { qty }) => sum + qty, 0);

/** The first lots of a choice, of this quantity together. */
export function firstOf(chosen: readonly ChosenLot[], qty: number): ChosenLot[] {
  const first: ChosenLot[] = [];
  let rest = qty;
  for (const { id, qty: all } of chosen) {
    if (rest <= 0) break;
    first.push({ id, qty: Math.min(all, rest) });
    rest -= all;
  }
  return first;
}

/** The choice without these parts of lots. */
function without(chosen: readonly ChosenLot[], sold: readonly ChosenLot[]): ChosenLot[] {
  const taken = new Map(sold.map(({ id, qty }) => [id, qty]));
  return chosen.flatMap(({ id, qty }) => {
    const left = qty - (taken.get(id) ?? 0);
    return left > 0 ? [{ id, qty: left }] : [];
  });
}

/** For each lot the larger of what two orders have chosen: one of the two is sold. */
export function eitherOf(a: readonly ChosenLot[], b: readonly ChosenLot[]): Lots {
  const most: Lots = new Map();
  for (const { id, qty } of [...a, ...b]) most.set(id, Math.max(most.get(id) ?? 0, qty));
  return most;
}

/** What the open orders of a symbol reserve, but for `seller` and its replacement. */
function reservedBy(open: ReadonlyMap<string, FoldedOrder>, symbol: string, seller: FoldedOrder | null): Lots {
  const reserved: Lots = new Map();
  const pending = new Set([...open.values()].map(({ replacement }) => replacement?.id));
  for (const [id, order] of open) {
    // A replacement that waits is counted with the order that it replaces.
    if (order.symbol !== symbol || order === seller || pending.has(id)) continue;
    const next = order.replacement === null ? undefined : open.get(order.replacement.id);
    const own = firstOf(order.chosen ?? [], leavesOf(order));
    const nexts = next === undefined ? [] : firstOf(next.chosen ?? [], next.qty - order.filled);
    for (const [lot, qty] of eitherOf(own, nexts)) reserved.set(lot, (reserved.get(lot) ?? 0) + qty);
  }
  return reserved;
}

const NOTHING_RESERVED: Taking["reserved"] = new Map();

/** The choices of an account's open orders, held against its lots. */
export class Choices {
  readonly #open: ReadonlyMap<string, FoldedOrder>;
  readonly #lots: LotFold;
  /** Some order has chosen its lots; most accounts have none. */
  #any = false;

  constructor(open: ReadonlyMap<string, FoldedOrder>, lots: LotFold) {
    this.#open = open;
    this.#lots = lots;
  }

  /** Whether the lots that an order chooses are there, free and of this quantity; null when they are. */
  refuse({ symbol, chosen }: FoldedOrder, qty: number, replaced: FoldedOrder | null): string | null {
    if (chosen === null) return null;
    this.#any = true;
    if (sumOf(chosen) !== qty) return "its chosen lots do not add up to its quantity";
    const reserved = reservedBy(this.#open, symbol, replaced);
    const free = (id: number) => this.#lots.quantityOf(symbol, id) - (reserved.get(id) ?? 0);
    const missing = chosen.find(({ id, qty: part }) => part > free(id));
    return missing === undefined ? null : `it chooses ${missing.qty} of lot ${missing.id}, which are not free`;
  }

  /** What open orders have reserved of the lots of a symbol, but for `seller` and its replacement. */
  reservedOf(symbol: string, seller: FoldedOrder | null = null): Taking["reserved"] {
    return this.#any ? reservedBy(this.#open, symbol, seller) : NOTHING_RESERVED;
  }

  /** How a sale takes its lots, before it is counted: chosen ones, and none that others have reserved. */
  takingOf(order: FoldedOrder, qty: number): Taking {
    const reserved = this.reservedOf(order.symbol, order);
    return { chosen: order.chosen === null ? null : firstOf(order.chosen, qty), reserved };
  }

  /** What a sale has taken is gone from its choice, and from that of the order that is to replace it. */
  count(order: FoldedOrder, sold: readonly ChosenLot[]): void {
    if (order.chosen !== null) order.chosen = without(order.chosen, sold);
    const next = order.replacement === null ? undefined : this.#open.get(order.replacement.id);
    if (next?.chosen) next.chosen = firstOf(without(next.chosen, sold), next.qty - order.filled);
  }
}
