import type { Side, TimeInForce } from "../account/order.ts";

/** What an account asks of a book. Prices in 1/10,000 dollar, quantities in lots. */
export type BookCommand =
  | {
      readonly kind: "new";
      readonly orderId: string;
      readonly side: Side;
      /** The worst price it may trade at. */
      readonly price: number;
      readonly qty: number;
      readonly timeInForce: TimeInForce;
      /** True for a market order: what does not trade at once is cancelled. */
      readonly market: boolean;
      readonly expiresAt: number | null;
    }
  | { readonly kind: "cancel"; readonly orderId: string };

/** What a book tells the account of an order. An order's last report is a fill to zero or `closed`. */
export type BookReport =
  | { readonly kind: "accepted"; readonly orderId: string; readonly at: number }
  | {
      readonly kind: "fill";
      readonly orderId: string;
      readonly tradeId: number;
      readonly price: number;
      readonly qty: number;
      readonly liquidity: "maker" | "taker";
      readonly at: number;
    }
  | { readonly kind: "closed"; readonly orderId: string; readonly cause: "canceled" | "expired"; readonly at: number };
