import type { Instructions } from "./instructions.ts";

/** An order request as the client wrote it: the strings are read and judged here, so that a refusal is on record. */
export interface OrderTicket {
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly timeInForce: string;
  readonly qty: string | null;
  readonly notional: string | null;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  readonly orderClass: string;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | null;
  // What tickets of the first releases have not.
  readonly trailPrice?: string | null;
  readonly trailPercent?: string | null;
  readonly takeProfit?: { readonly limitPrice: string | null } | null;
  readonly stopLoss?: { readonly stopPrice: string | null; readonly limitPrice: string | null } | null;
  readonly positionIntent?: string | null;
  readonly instructions?: Instructions | null;
}

/** A replace request as the client wrote it; null is left as it was. */
export interface ReplaceTicket {
  readonly qty: string | null;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  /** A trailing stop's distance, in the unit it was given in. */
  readonly trail: string | null;
  readonly timeInForce: string | null;
  readonly clientOrderId: string | null;
  /** New end of a gtd order, epoch milliseconds. */
  readonly goodTil: number | null;
}
