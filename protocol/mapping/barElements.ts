/** MessagePack elements of the channels of bars. */
import { Packr } from "msgpackr";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { concatBytes } from "../stream/bytes.ts";
import { CHANNELS } from "../stream/channels.ts";
import type { ElementList } from "../rpc/orderBook.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { barValues } from "./bars.ts";

const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

export type BarChannel = "bars" | "updatedBars" | "dailyBars";

/** The elements of bars, which have the values that REST gives. */
export function barElements(channel: BarChannel, symbol: string, bars: readonly Bar[]): ElementList {
  const elements = bars.map((bar) => {
    const values = barValues(bar, lotsPerShare(assetOf(symbol)));
    const element = { T: CHANNELS[channel].code, S: symbol, t: new Date(bar.at), ...values };
    // A copy, because the packer's result is a view of a larger buffer.
    return Uint8Array.from(packr.pack(element) as Uint8Array);
  });
  return { bytes: concatBytes(elements), count: bars.length };
}
