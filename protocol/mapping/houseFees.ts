/** GET /v1/admin/fees/house: the sum of several house accounts. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { isoDate } from "../../domain/market/newYork.ts";
import type { HouseFees, HouseView } from "../rpc/house.ts";
import type { WireHouseFees } from "../wire/houseFees.ts";

/** Balances and days of house accounts together, the newest day first. */
export function houseFeesToWire(views: readonly HouseView[]): WireHouseFees {
  const days = Map.groupBy(
    views.flatMap((view) => view.days),
    ({ day }) => day,
  );
  return {
    balance: sumOf(views.map(({ balance }) => balance)),
    days: [...days]
      .sort(([a], [b]) => b - a)
      .map(([day, parts]) => ({
        date: isoDate(day),
        ...sumOf(parts),
        accounts: parts.reduce((sum, { accounts }) => sum + accounts, 0),
      })),
  };
}

function sumOf(parts: readonly HouseFees[]): WireHouseFees["balance"] {
  const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
  const regulatory = new Map<string, number>();
  let [exchange, passedOn] = [0, 0];
  for (const part of parts) {
    exchange += part.exchange;
    for (const [code, amount] of part.regulatory) {
      passedOn += amount;
      regulatory.set(code, (regulatory.get(code) ?? 0) + amount);
    }
  }
  const codes = [...regulatory]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, sum]) => [code, dollars(sum)] as const);
  return { total: dollars(exchange + passedOn), exchange: dollars(exchange), regulatory: Object.fromEntries(codes) };
}
