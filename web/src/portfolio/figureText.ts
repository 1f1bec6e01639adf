import { money, NONE, signedMoney, signedPercent } from "../format/numbers.ts";

/** Figures that are dollars; the others are fractions. */
export const DOLLARS: ReadonlySet<string> = new Set([
  "equity",
  "last_equity",
  "profit_loss",
  "cost_basis",
  "unrealized_pl",
  "realized_pl",
]);
const CHANGES: ReadonlySet<string> = new Set(["profit_loss", "unrealized_pl", "realized_pl"]);

/** A value of a figure: dollars, a fraction as percent, or a plain ratio. */
export function figureText(figure: string, value: number | string | null): string {
  if (value === null) return NONE;
  if (DOLLARS.has(figure)) return CHANGES.has(figure) ? signedMoney(Number(value)) : money(value);
  return figure === "sharpe_ratio" ? Number(value).toFixed(2) : signedPercent(Number(value));
}
