import { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import { MINUTE } from "../../../domain/market/newYork.ts";
import type { Asset } from "../../../domain/market/asset.ts";
import type { Log } from "../../../protocol/log/events.ts";
import { BoundedCalls } from "../../actor/boundedCalls.ts";
import { tapeIndexObject, tapeObject } from "../../actor/namespaces.ts";
import type { Demands } from "../demands.ts";
import { GIVE_UP_MS, LATE } from "../tapes.ts";
import { BarPublisher, type BarPorts, type BarsRead } from "./barPublisher.ts";

type TapeEnv = Parameters<typeof tapeObject>[0] & Parameters<typeof tapeIndexObject>[0];
type OfBook = Pick<BarPorts, "lastTradeAt" | "flush" | "publish" | "kv" | "now" | "armBy">;

/** Publishes the bars that the tapes of a symbol make of the trades of its book. */
export function bookBars(
  env: TapeEnv,
  asset: Asset,
  demands: Pick<Demands, "bars">,
  { log, ...book }: OfBook & { readonly log: Log },
): BarPublisher {
  return new BarPublisher(asset.symbol, {
    ...book,
    isWanted: () => demands.bars,
    read: (from, to) => readTapeBars(env, asset, from, to, book.lastTradeAt()),
    failed: (error) => log("bars.failed", { error: String(error) }),
  });
}

/** Reads the bars of minutes that are over; `lastTradeAt` is the time of the newest trade. */
async function readTapeBars(
  env: TapeEnv,
  asset: Asset,
  from: number,
  to: number,
  lastTradeAt: number,
): Promise<BarsRead> {
  if (to < from || lastTradeAt < from) return { minutes: [], day: null };
  const { symbol } = asset;
  const calls = new BoundedCalls();
  const within = <T>(call: () => Promise<T>): Promise<T> => calls.within(GIVE_UP_MS, LATE, call);
  const calendar = new BarCalendar(asset);
  let months = [...new Set([calendar.monthOf(from), calendar.monthOf(to)])];
  // The tape of a month without trades does not exist.
  if (months.length > 1 || months[0] !== calendar.monthOf(lastTradeAt)) {
    const known = await within(() => tapeIndexObject(env, symbol).months());
    months = months.filter((month) => known.includes(month));
  }
  const day = calendar.startOfDay(calendar.dayOf(to));
  const read = (month: string, unit: "minute" | "day", range: { readonly from: number; readonly to: number }) =>
    within(() =>
      tapeObject(env, symbol, month).bars({
        timeframe: { unit, count: 1 },
        ...range,
        limit: MINUTES_MAX,
        descending: false,
      }),
    );
  const newest = months.at(-1);
  const [days, ...minutes] = await Promise.all([
    newest === undefined ? { items: [] } : read(newest, "day", { from: day, to: day }),
    ...months.map((month) => read(month, "minute", { from: Math.max(from, to - MINUTES_MAX * MINUTE), to })),
  ]);
  return { minutes: minutes.flatMap(({ items }) => items), day: days.items[0] ?? null };
}

/** Older bars are left to REST. */
const MINUTES_MAX = 1_000;
