/** The life of an order as steps: what the account, the book and the trail have of it. */
import type { TrailEvent } from "./trail.ts";

export interface LifeStep {
  readonly event: TrailEvent;
  /** When the account recorded it, epoch milliseconds. */
  readonly at: number;
  /** When the book matched it; null for steps of the account alone. */
  readonly bookAt: number | null;
  /** Milliseconds after the step before; null for the first. */
  readonly after: number | null;
  readonly trade: LifeTrade | null;
  /** Status of the order after the step, if the trail says it. */
  readonly status: string | null;
}

export interface LifeTrade {
  readonly id: string;
  readonly symbol: string;
  readonly price: string;
  readonly qty: string;
}

/** The events of an order as steps, oldest first. */
export function lifeOf(events: readonly TrailEvent[]): readonly LifeStep[] {
  const ordered = events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.shard - b.shard || a.seq - b.seq);
  return ordered.map((event, nth) => {
    const at = Date.parse(event.at);
    const before = ordered[nth - 1];
    const { executed_at: executedAt, trade_id: id, symbol, price, qty } = event.body;
    const status = event.after?.["status"];
    return {
      event,
      at,
      bookAt: typeof executedAt === "number" ? executedAt : null,
      after: before === undefined ? null : at - Date.parse(before.at),
      trade:
        event.action === "order.filled"
          ? { id: String(id), symbol: String(symbol), price: String(price), qty: String(qty) }
          : null,
      status: typeof status === "string" ? status : null,
    };
  });
}

/** A duration in the unit in which it is short. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}
