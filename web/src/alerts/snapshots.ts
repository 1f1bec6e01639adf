/** Last price and previous close of symbols, from which alerts begin. */
import { call } from "../api/client.ts";

export interface Start {
  readonly last: number | null;
  readonly close: number | null;
}

interface Snapshot {
  readonly latestTrade?: { readonly p: number } | null;
  readonly prevDailyBar?: { readonly c: number } | null;
}

/** After that long a previous close may be that of another day. */
const KEPT_MS = 15 * 60 * 1000;
const known = new Map<string, { readonly start: Promise<Start>; readonly at: number }>();
const closes = new Map<string, number | null>();

/** Asks for both, or gives what was answered some minutes ago. Rejects when there is no answer. */
export function startOf(symbol: string): Promise<Start> {
  const before = known.get(symbol);
  if (before !== undefined && Date.now() - before.at < KEPT_MS) return before.start;
  const start = ask(symbol);
  known.set(symbol, { start, at: Date.now() });
  start.then(
    ({ close }) => closes.set(symbol, close),
    () => known.delete(symbol),
  );
  return start;
}

/** The previous close as far as it is known; it is asked for when it may be old. */
export function closeOf(symbol: string): number | null {
  startOf(symbol).catch(() => {});
  return closes.get(symbol) ?? null;
}

async function ask(symbol: string): Promise<Start> {
  const name = encodeURIComponent(symbol);
  const one = symbol.includes("/")
    ? (await call<{ snapshots: Record<string, Snapshot> }>("GET", `/v1beta3/crypto/us/snapshots?symbols=${name}`))
        .snapshots[symbol]
    : await call<Snapshot>("GET", `/v2/stocks/${name}/snapshot`);
  return { last: one?.latestTrade?.p ?? null, close: one?.prevDailyBar?.c ?? null };
}
