/** The order of a list of symbols: its own, sorted by a value, in sections. */

/** A list with one of its members at another place. */
export function moved(symbols: readonly string[], symbol: string, to: number): readonly string[] {
  const others = symbols.filter((one) => one !== symbol);
  return others.length === symbols.length ? symbols : others.toSpliced(Math.max(0, to), 0, symbol);
}

type Value = number | string | null;

/** Symbols sorted by their values. Those without a value are last in both directions; equal ones keep their order. */
export function sortedBy(
  symbols: readonly string[],
  valueOf: (symbol: string) => Value,
  descending: boolean,
): readonly string[] {
  const sign = descending ? -1 : 1;
  const valued = symbols.map((symbol) => [symbol, valueOf(symbol)] as const);
  return valued
    .toSorted(([, a], [, b]) => {
      if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
      return a < b ? -sign : a > b ? sign : 0;
    })
    .map(([symbol]) => symbol);
}

/** A heading of a section, in a list of symbols. */
export const HEADING = "§";

/** Symbols with a heading before each class that they have; without one when all are of one class. */
export function inSections(symbols: readonly string[], classOf: (symbol: string) => string): readonly string[] {
  const classes = Map.groupBy(symbols, classOf);
  if (classes.size < 2) return symbols;
  return [...classes].flatMap(([name, some]) => [HEADING + name, ...some]);
}
