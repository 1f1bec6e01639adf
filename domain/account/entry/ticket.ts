import type { Instructions } from "./instructions.ts";

/** A tax lot that a sale takes, and how much of it. */
export interface TicketLot {
  readonly lotId: number;
  readonly qty: string;
}

/** An order request as the client wrote it. The account validates its strings, so that refusals are audited. */
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
  // Absent in tickets of the first releases.
  readonly trailPrice?: string | null;
  readonly trailPercent?: string | null;
  readonly takeProfit?: { readonly limitPrice: string | null } | null;
  readonly stopLoss?: { readonly stopPrice: string | null; readonly limitPrice: string | null } | null;
  readonly positionIntent?: string | null;
  readonly instructions?: Instructions | null;
  /** The tax lots that a sale takes, in this sequence. */
  readonly lots?: readonly TicketLot[] | null;
}

/** A replace request as the client wrote it; null fields stay unchanged. */
export interface ReplaceTicket {
  readonly qty: string | null;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  /** The trail of a trailing stop, in the unit of the order. */
  readonly trail: string | null;
  readonly timeInForce: string | null;
  readonly clientOrderId: string | null;
  /** New end of a gtd order in epoch milliseconds. */
  readonly goodTil: number | null;
  /** Other tax lots for what is not filled; absent: those of the order. */
  readonly lots?: readonly TicketLot[] | null;
}
