/** Gives the symbols of the demo a past, so that their charts are not empty. */
import { requireInstrument } from "../../domain/market/listing.ts";
import { DAY } from "../../domain/market/newYork.ts";
import { BARS_MAX } from "../../protocol/wire/backfill.ts";
import type { Api } from "../api.ts";
import type { Credentials } from "../credentials.ts";
import { type Past, type PastBar, pastOf } from "./generator.ts";

const SEED = 1;
/** Symbols of which the bars are sent at the same time. */
const AT_ONCE = 3;
const UNITS = 10_000;

/** A request for bars of the past. */
export interface BarsRequest {
  readonly timeframe: "1Min" | "1Day";
  readonly source: "generated";
  readonly bars: readonly (readonly number[])[];
}

/** The requests that give a past to a symbol; each has whole trading days. */
export function requestsOf({ days, minutes }: Past): BarsRequest[] {
  const requests: PastBar[][] = [];
  // Regular hours of a day, and a day of coins, lie in one day of UTC.
  for (const day of Map.groupBy(minutes, ({ at }) => Math.floor(at / DAY)).values()) {
    const last = requests.at(-1);
    if (last !== undefined && last.length + day.length <= BARS_MAX) last.push(...day);
    else requests.push([...day]);
  }
  // The days come last: a symbol that has them has all, also when an earlier start was cut off.
  return [
    ...requests.map((bars) => ({ timeframe: "1Min", source: "generated", bars: bars.map(rowOf) }) as const),
    { timeframe: "1Day", source: "generated", bars: days.map(rowOf) },
  ];
}

function rowOf({ at, open, high, low, close, volume, count, average }: PastBar): number[] {
  return [at, open / UNITS, high / UNITS, low / UNITS, close / UNITS, volume, count, average];
}

/** Gives a past to each symbol that has none. Returns to how many. `admin` is a session that has just signed in. */
export async function seedPast(api: Api, admin: Credentials, symbols: readonly string[]): Promise<number> {
  const left = [...symbols];
  let seeded = 0;
  const work = async (): Promise<void> => {
    for (let symbol = left.shift(); symbol !== undefined; symbol = left.shift()) {
      const requests = requestsOf(pastOf(requireInstrument(symbol), SEED, Date.now()));
      const known = await api.history(admin, symbol);
      if (requests.every(({ timeframe }) => known.some((each) => each.timeframe === timeframe))) continue;
      for (const request of requests) await api.putBars(admin, symbol, request);
      seeded++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return seeded;
}
