/** The symbols of the fan-out benchmark: listed ones first, then made-up ones of a seeded list. */
export const SYMBOLS: readonly string[] = Array.from(
  { length: 50 },
  (_, nth) => `F${String.fromCharCode(65 + Math.floor(nth / 26))}${String.fromCharCode(65 + (nth % 26))}`,
);
