import { keepNewest } from "../../../domain/keepNewest.ts";
import type { PriceSeries } from "../../../domain/portfolio/history/priceSeries.ts";

/** Symbols and closes that are kept: at 16 bytes a close some 10 MB. */
const SYMBOLS_MAX = 2_000;
const CLOSES_MAX = 300;

interface Known {
  readonly from: number;
  readonly through: number;
  readonly series: PriceSeries;
}

/** Closes of days that are over, which never change, by symbol: a book is asked once for a range. */
export class KnownCloses {
  readonly #bySymbol = new Map<string, Known>();

  /** The closes of a range of days that are over. What was read before may have more on both sides. */
  async of(
    symbol: string,
    from: number,
    through: number,
    read: (from: number, through: number) => Promise<PriceSeries>,
  ): Promise<PriceSeries> {
    const known = this.#find(symbol, from, through);
    if (known !== undefined) return known.series;
    const series = await read(from, through);
    if (series.at.length > CLOSES_MAX) return series;
    keepNewest(this.#bySymbol, symbol, { from, through, series }, SYMBOLS_MAX);
    return series;
  }

  has(symbol: string, from: number, through: number): boolean {
    return this.#find(symbol, from, through) !== undefined;
  }

  #find(symbol: string, from: number, through: number): Known | undefined {
    const known = this.#bySymbol.get(symbol);
    return known !== undefined && known.from <= from && known.through >= through ? known : undefined;
  }
}
