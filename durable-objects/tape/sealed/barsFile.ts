/** The minute bars of a file: exactly those of the trades of the file beside it. */
import type { Asset } from "../../../domain/market/asset.ts";
import { type Bar, barOf, vwapOf, withTrade } from "../../../domain/market/bars/bar.ts";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { MINUTE } from "../../../domain/market/newYork.ts";
import { PRICE_DECIMALS } from "../../../domain/decimal.ts";
import { type Column, decimal, integer, integerOfBytes, largeDecimal, time } from "./columns.ts";
import { ParquetBytes } from "./parquet.ts";
import { FILE_FORMAT } from "./tradesFile.ts";

/** `vwapOf` gives millionths of a dollar. */
const VWAP_DECIMALS = 6;

/** Bars of minutes, made of trades in order of their numbers. */
export class MinuteBars {
  readonly #bars = new Map<number, Bar>();

  add(trades: readonly TapeTrade[]): void {
    for (const trade of trades) {
      const at = trade.at - (trade.at % MINUTE);
      const bar = this.#bars.get(at);
      this.#bars.set(at, bar === undefined ? barOf(at, trade) : withTrade(bar, trade));
    }
  }

  /** In order of time. */
  sorted(): Bar[] {
    return [...this.#bars.values()].sort((one, other) => one.at - other.at);
  }
}

/** The file of bars. */
export async function barsFile(
  asset: Pick<Asset, "symbol" | "qtyDecimals">,
  bars: readonly Bar[],
): Promise<Uint8Array<ArrayBuffer>> {
  const columns = columnsOf(asset, bars);
  const facts = { symbol: asset.symbol, format: String(FILE_FORMAT) };
  const file = new ParquetBytes(
    columns.map(({ element }) => element),
    facts,
  );
  await file.add(columns);
  return file.finish();
}

function columnsOf({ qtyDecimals }: Pick<Asset, "qtyDecimals">, bars: readonly Bar[]): Column[] {
  const big = (value: (bar: Bar) => number): bigint[] => bars.map((bar) => BigInt(value(bar)));
  const price = (name: string): ReturnType<typeof decimal> => decimal(name, PRICE_DECIMALS);
  return [
    { element: time("begins_at"), values: big(({ at }) => at) },
    { element: price("open"), values: big(({ open }) => open) },
    { element: price("high"), values: big(({ high }) => high) },
    { element: price("low"), values: big(({ low }) => low) },
    { element: price("close"), values: big(({ close }) => close) },
    { element: largeDecimal("volume", qtyDecimals), values: bars.map(({ volume }) => volume) },
    { element: largeDecimal("turnover", PRICE_DECIMALS + qtyDecimals), values: bars.map(({ turnover }) => turnover) },
    { element: integer("count"), values: big(({ count }) => count) },
    { element: time("first_at"), values: big(({ firstAt }) => firstAt) },
    { element: time("last_at"), values: big(({ lastAt }) => lastAt) },
    { element: decimal("vwap", VWAP_DECIMALS), values: big(vwapOf) },
  ];
}

/** A bar of a row of a file. */
export function barOfRow(row: Readonly<Record<string, unknown>>): Bar {
  const number = (name: string): number => Number(row[name]);
  const large = (name: string): bigint => {
    const value = row[name];
    if (!(value instanceof Uint8Array)) throw new Error(`no number in column ${name}`);
    return integerOfBytes(value);
  };
  return {
    at: number("begins_at"),
    open: number("open"),
    high: number("high"),
    low: number("low"),
    close: number("close"),
    volume: large("volume"),
    turnover: large("turnover"),
    count: number("count"),
    firstAt: number("first_at"),
    lastAt: number("last_at"),
  };
}
