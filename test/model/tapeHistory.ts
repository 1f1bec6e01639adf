/** Tapes of a symbol as its book writes them and market data reads them. */
import { assetOf } from "../../domain/market/asset.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packTrades } from "../../domain/market/bars/packedTrades.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { parseTimeframe, type Timeframe } from "../../domain/market/bars/timeframe.ts";
import { TapeStore } from "../../durable-objects/tape/tapeStore.ts";
import type { PutMinutes } from "../../protocol/rpc/tape.ts";
import { TapeIndexStore } from "../../durable-objects/tape/tapeIndexStore.ts";
import { storage } from "../objectStorage.ts";

const NAMES = "1Min 5Min 7Min 59T 1Hour 3Hour 4H 23H 1Day 3D 1Week 1Month 3M 12M".split(" ");
/** One of every kind. */
export const TIMEFRAMES: readonly Timeframe[] = NAMES.flatMap((name) => parseTimeframe(name) ?? []);
export const EVER = { from: 0, to: 8_000_000_000_000, limit: 10_000_000 };

/** Tapes and index of a symbol, and how a book writes to them. */
export function history(symbol: string) {
  const calendar = new BarCalendar(assetOf(symbol));
  const tapes = new Map<string, TapeStore>();
  const tape = (month: string): TapeStore => {
    const store = tapes.get(month) ?? new TapeStore(storage(), calendar);
    tapes.set(month, store);
    return store;
  };
  const ports = (month: string) => ({
    bars: (query: Parameters<TapeStore["bars"]>[0]) => Promise.resolve(tape(month).bars(query)),
    latest: () => Promise.resolve(tape(month).latest()),
    coverage: () => {
      const { trades } = tape(month).tables;
      const last = trades.newest?.tradeId ?? null;
      return Promise.resolve({ first: trades.first, last, gaps: tape(month).gaps() });
    },
    putMinutes: async (request: PutMinutes) => Promise.resolve(tape(month).putMinutes(request, Date.UTC(2027, 3, 1))),
  });
  const index = new TapeIndexStore(storage(), { calendar, tape: ports });
  const write = async (trades: readonly TapeTrade[], atOnce: number) => {
    for (let rest = trades; rest.length > 0;) {
      const month = calendar.monthOf(rest[0]?.at ?? 0);
      const own = rest.slice(0, atOnce);
      const other = own.findIndex(({ at }) => calendar.monthOf(at) !== month);
      const sent = other === -1 ? own : own.slice(0, other);
      await index.open(month);
      tape(month).append({ trades: packTrades(sent), acceptGap: false });
      rest = rest.slice(sent.length);
    }
  };
  const bars = async (timeframe: Timeframe, query: { from: number; to: number; limit: number }, descending = false) => {
    const asked = { timeframe, descending, ...query };
    if (!["minute", "hour"].includes(timeframe.unit)) return (await index.bars(asked)).items;
    const months = descending ? index.months().reverse() : index.months();
    return months.flatMap((month) => [...tape(month).bars(asked).items]).slice(0, query.limit);
  };
  return { index, tape, write, bars };
}
