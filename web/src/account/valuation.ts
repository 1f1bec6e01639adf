/** What the account is worth at the newest prices. */
import { balances, positionNow, positions } from "./state.ts";

/** All cash, held or not: by the stream since the last reading, else equity and positions of the same answer. */
export function allCash(): number {
  const of = (name: string): number => Number(balances()?.[name] ?? Number.NaN);
  const held = of("cash_held");
  return Number.isNaN(held) ? of("equity") - of("position_market_value") : of("cash") + held;
}

/** What the positions are worth, and how much that is above what they cost. */
export function valueNow(): { readonly value: number; readonly unrealized: number } {
  let [value, unrealized] = [0, 0];
  for (const position of positions().values()) {
    const now = positionNow(position);
    value += now.value ?? 0;
    unrealized += now.unrealized ?? 0;
  }
  return { value, unrealized };
}

export const equityNow = (): number => allCash() + valueNow().value;
