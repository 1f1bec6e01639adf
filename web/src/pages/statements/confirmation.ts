/** Rows of an export of activities as confirmations of trades. */
import type { ActivityRow } from "../../../../protocol/mapping/activityRows.ts";

export interface Confirmation {
  readonly at: string;
  readonly symbol: string;
  readonly side: string;
  readonly qty: string;
  readonly price: string;
  readonly fees: number;
  /** What the trade did to cash, with its fees. */
  readonly net: number;
  readonly liquidity: string;
  readonly orderId: string;
  readonly tradeId: string;
}

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** The confirmation of a fill; null for other activities. */
export function confirmationOf(row: ActivityRow): Confirmation | null {
  if (row.activity_type !== "FILL") return null;
  const charged = (row.fees ?? []) as readonly { readonly amount: string }[];
  const fees = charged.reduce((sum, { amount }) => sum + Number(amount), 0);
  return {
    at: text(row.transaction_time),
    symbol: text(row.symbol),
    side: text(row.side),
    qty: text(row.qty),
    price: text(row.price),
    fees,
    net: Number(text(row.net_amount)) - fees,
    liquidity: text(row.liquidity),
    orderId: text(row.order_id),
    tradeId: text(row.trade_id),
  };
}

export function sumsOf(rows: readonly Confirmation[]): { readonly fees: number; readonly net: number } {
  let [fees, net] = [0, 0];
  for (const row of rows) {
    fees += row.fees;
    net += row.net;
  }
  return { fees, net };
}

const NEW_YORK = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/New_York",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** The day in New York at a time. */
export function newYorkDay(at: string): string {
  return NEW_YORK.format(new Date(at));
}
