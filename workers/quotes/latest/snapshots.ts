import type { BookTop } from "../../../protocol/rpc/orderBook.ts";
import type { LatestReads } from "./latestReads.ts";

/** The shapes of the newest quote and trade, which differ for shares and coins. */
interface Shapes {
  readonly quote: (top: BookTop) => object | null;
  readonly trade: (top: BookTop) => object | null;
}

/** Snapshots by symbol; parts that there are none of are left out, and so is a symbol without any. */
export async function readSnapshots(
  reads: LatestReads,
  symbols: readonly string[],
  { quote, trade }: Shapes,
): Promise<Record<string, object>> {
  const found: Record<string, object> = {};
  for (const { top, bars } of await reads.of("values", symbols)) {
    const [latestQuote, latestTrade] = [quote(top), trade(top)];
    const { symbol: _symbol, ...newest } = bars;
    const snapshot = {
      ...(latestTrade === null ? {} : { latestTrade }),
      ...(latestQuote === null ? {} : { latestQuote }),
      ...newest,
    };
    if (Object.keys(snapshot).length > 0) found[top.symbol] = snapshot;
  }
  return found;
}
