/** Last price and previous close of symbols, from which alerts begin. */
import { readSnapshots } from "../feed/snapshots.ts";
import { closeFor, type Start, startOfSnapshot } from "./start.ts";

/** After that long the last price is asked for again. */
const KEPT_MS = 15 * 60 * 1000;
/** The snapshot may be behind the trades when a day begins. */
const ASKED_AGAIN_MS = 2_000;
const known = new Map<string, { readonly start: Promise<Start>; readonly at: number }>();
const starts = new Map<string, Start>();

/** Asks for both, or gives what was answered some minutes ago. Rejects when there is no answer. */
export function startOf(symbol: string, keptMs = KEPT_MS): Promise<Start> {
  const before = known.get(symbol);
  if (before !== undefined && Date.now() - before.at < keptMs) return before.start;
  const start = readSnapshots([symbol]).then((found) => startOfSnapshot(found[0]));
  known.set(symbol, { start, at: Date.now() });
  start.then(
    (answered) => starts.set(symbol, answered),
    () => known.delete(symbol),
  );
  return start;
}

/** The close before the trading day of an instant; null until it is known: a close of another day does not count. */
export function closeOf(symbol: string, at: number): number | null {
  const start = starts.get(symbol);
  const close = start === undefined ? null : closeFor(symbol, start, at);
  if (close === null) startOf(symbol, ASKED_AGAIN_MS).catch(() => {});
  return close;
}
