/** Which trades of the tape are seen. Pure: the list may be long, what is in the document is not. */
import type { Trade } from "../../feed/messages.ts";
import { TAPE } from "../../text/en/tape.ts";

export interface Window {
  /** Trades from the newest one on. */
  readonly first: number;
  readonly count: number;
}

/** Rows beyond the edges, so that scrolling shows no gap. */
const OVERSCAN = 6;

/** The rows at a scroll position. */
export function windowAt(scrollTop: number, height: number, rowHeight: number, total: number): Window {
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight) - OVERSCAN, total));
  const count = Math.min(total - first, Math.ceil(height / rowHeight) + 2 * OVERSCAN);
  return { first, count };
}

/** Trades of at least a size, in their order. */
export function ofSize(trades: readonly Trade[], size: number): readonly Trade[] {
  return size <= 0 ? trades : trades.filter((trade) => trade.size >= size);
}

/** From the newest back: `trades` are oldest first. */
export function newestFirst(trades: readonly Trade[], { first, count }: Window): readonly Trade[] {
  const end = trades.length - first;
  return trades.slice(Math.max(0, end - count), end).toReversed();
}

/** The conditions of a trade in words; plain trades have none. */
export function conditionsText({ conditions }: Pick<Trade, "conditions">): string {
  return conditions.flatMap((code) => TAPE.conditions[code] ?? []).join(", ");
}

/** The side of the order that came, in words and with an arrow. */
export function sideText({ side, conditions }: Pick<Trade, "side" | "conditions">): string {
  if (side !== null) return side === "buy" ? `▲ ${TAPE.buy}` : `▼ ${TAPE.sell}`;
  return conditions.some((code) => code === "O" || code === "5" || code === "6") ? TAPE.auction : TAPE.unknown;
}
