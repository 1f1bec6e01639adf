/** Two batches as one: what is missed while prices are frozen takes no more memory than the newest of each symbol. */
import type { Batch, Trade } from "./messages.ts";

const TRADES_KEPT = 1_000;
const BARS_KEPT = 2_000;

/** What a page that has seen neither batch lacks. Events of the account and freshness are not in it: they do not wait. */
export function mergeBatches(before: Batch, after: Batch): Batch {
  const dropped = new Set([...before.dropped, ...after.dropped]);
  const trades = newestTrades([...before.trades, ...after.trades], dropped);
  return {
    kind: "batch",
    fresh: null,
    gaps: [...new Set([...before.gaps, ...after.gaps])],
    dropped: [...dropped],
    restarted: [...new Set([...before.restarted, ...after.restarted])],
    quotes: newest(before.quotes, after.quotes),
    trades,
    bars: [...before.bars, ...after.bars].slice(-BARS_KEPT),
    days: newest(before.days, after.days),
    depth: newest(before.depth, after.depth),
    queues: newest(before.queues, after.queues),
    statuses: newest(before.statuses, after.statuses),
    bands: newest(before.bands, after.bands),
    imbalances: newest(before.imbalances, after.imbalances),
    trading: [],
    health: after.health,
  };
}

function newest<T extends { readonly symbol: string }>(before: readonly T[], after: readonly T[]): readonly T[] {
  if (before.length === 0) return after;
  return [...new Map([...before, ...after].map((one) => [one.symbol, one])).values()];
}

/** Of each symbol the newest trades; a symbol of which some are dropped is noted. */
function newestTrades(trades: readonly Trade[], dropped: Set<string>): readonly Trade[] {
  if (trades.length <= TRADES_KEPT) return trades;
  return [...Map.groupBy(trades, ({ symbol }) => symbol)].flatMap(([symbol, some]) => {
    if (some.length > TRADES_KEPT) dropped.add(symbol);
    return some.slice(-TRADES_KEPT);
  });
}
