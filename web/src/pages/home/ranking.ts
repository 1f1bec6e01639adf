import type { SymbolOverview } from "./overview.ts";

/** The traded value of the day, by which symbols count as active; null: nothing was traded. */
export function turnover({ price, volume }: SymbolOverview): number | null {
  return price === null || volume === 0 ? null : price * volume;
}

/** The symbols that come first by a value; those without one are left out. */
export function firstBy(
  symbols: readonly SymbolOverview[],
  value: (one: SymbolOverview) => number | null,
  count: number,
): string[] {
  return symbols
    .flatMap((one) => {
      const by = value(one);
      return by === null ? [] : [{ symbol: one.symbol, by }];
    })
    .sort((a, b) => b.by - a.by)
    .slice(0, count)
    .map(({ symbol }) => symbol);
}
