import { tapeIndexObject, tapeObject } from "../../../../durable-objects/actor/namespaces.ts";
import { assetOf } from "../../../../domain/market/asset.ts";
import type { Bar } from "../../../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../../../domain/market/bars/barCalendar.ts";
import type { BarQuery } from "../../../../protocol/rpc/tape.ts";
import type { ReadBars } from "../../indicators/indicatorPage.ts";

type Env = Parameters<typeof tapeIndexObject>[0] & Parameters<typeof tapeObject>[0];

/** Reads minute bars of a symbol from the tapes of its months, one after the other in the order of the query. */
export function minuteBars(env: Env, symbol: string): ReadBars {
  const calendar = new BarCalendar(assetOf(symbol));
  return async (query: BarQuery) => {
    const [first, last] = [calendar.monthOf(query.from), calendar.monthOf(query.to)];
    // Within a month its tape is known; others are read only if they exist.
    const months =
      first === last
        ? [last]
        : (await tapeIndexObject(env, symbol).months()).filter((month) => month >= first && month <= last);
    const found: Bar[] = [];
    for (const month of query.descending ? months.toReversed() : months) {
      const { items } = await tapeObject(env, symbol, month).bars({ ...query, limit: query.limit - found.length });
      found.push(...items);
      if (found.length >= query.limit) break;
    }
    return found;
  };
}
