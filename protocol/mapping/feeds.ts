import type { FeedView } from "../rpc/feed.ts";
import type { WireFeed } from "../wire/feeds.ts";

/** The object of a feed for administrators. */
export function feedToWire({
  assetClass,
  source,
  state,
  breaker,
  heardAt,
  retryAt,
  symbols,
  counts,
}: FeedView): WireFeed {
  const timeOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    class: assetClass,
    source,
    state,
    breaker: breaker.phase,
    heard_at: timeOf(heardAt),
    retry_at: timeOf(retryAt),
    symbols: [...symbols],
    ...counts,
  };
}
