/** An order as its account knows it. Prices in 1/10,000 dollar, quantities in lots, times in epoch milliseconds. */

export type Side = "buy" | "sell";
export type OrderType = "market" | "limit";
export type TimeInForce = "day" | "gtc" | "ioc";
export type OrderStatus =
  | "pending_new"
  | "new"
  | "partially_filled"
  | "filled"
  | "pending_cancel"
  | "canceled"
  | "expired";

export interface Order {
  /** UUID, given by the exchange. */
  readonly id: string;
  /** The client's own id, unique for the account's life: the idempotency key of a submission. */
  readonly clientOrderId: string;
  /** Position in the account's sequence of orders; also the sort key of listings. */
  readonly sequence: number;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly qty: number;
  /** The client's limit; null for a market order. */
  readonly limitPrice: number | null;
  /** The worst price the book may trade at: the limit, or a market order's collar. */
  readonly protectionPrice: number;
  readonly extendedHours: boolean;
  readonly submittedAt: number;
  /** When a day order ends; null for the others. */
  readonly expiresAt: number | null;

  status: OrderStatus;
  filledQty: number;
  /** Sum of price × lots over all fills, as BigInt text: exact, for the average price. */
  filledValue: string;
  /** Cash still held for a buy, lots still held for a sell. */
  held: number;
  updatedAt: number;
  filledAt: number | null;
  canceledAt: number | null;
  expiredAt: number | null;
}

/** True once nothing more can happen to the order. */
export function isClosed(status: OrderStatus): boolean {
  return status === "filled" || status === "canceled" || status === "expired";
}
