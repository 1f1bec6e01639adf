/** RPC of an account's tax lots and of what their sales have realised. */
import type { TaxLot } from "../../domain/portfolio/taxLot.ts";
import type { WashSale } from "../../domain/portfolio/washSales.ts";

/** Most lots, and most lines, of one page. */
export const LOTS_PAGE_MAX = 1_000;

export interface LotsQuery {
  readonly symbol: string;
  /** At most LOTS_PAGE_MAX. */
  readonly limit: number;
  /** `next` of the page before; null: from the start. */
  readonly pageToken: string | null;
}

/** Lots of one symbol in the sequence of acquisition. */
export interface LotsPage {
  /** The whole position, in lots of the symbol, and its basis, in 1/10,000 dollar. */
  readonly quantity: number;
  readonly cost: number;
  readonly lots: readonly TaxLot[];
  /** The sum of the quantities of the lots before this page. */
  readonly before: number;
  readonly next: string | null;
  /** What open orders have reserved of lots of the page, by number; left out when nothing is. */
  readonly reserved?: readonly (readonly [lotId: number, quantity: number])[];
}

/** Which sales are wanted. Times of trades are epoch microseconds and exclusive. */
export interface RealizedFilter {
  /** Null: every symbol. */
  readonly symbol: string | null;
  readonly afterMicros: number | null;
  readonly untilMicros: number | null;
  /** At most LOTS_PAGE_MAX. */
  readonly limit: number;
  readonly pageToken: string | null;
}

/** A lot, or a part of one, that was sold. */
export interface DisposalLine {
  readonly kind: "disposal";
  readonly symbol: string;
  readonly orderId: string;
  readonly disposalId: number;
  readonly lotId: number;
  readonly acquiredAt: number;
  readonly soldAt: number;
  readonly quantity: number;
  readonly cost: number;
  readonly proceeds: number;
}

/** A part of a loss that a purchase has replaced; `at` is the time of the later of the two. */
export interface WashSaleLine extends WashSale {
  readonly kind: "wash_sale";
  readonly symbol: string;
  readonly at: number;
}

export type RealizedLine = DisposalLine | WashSaleLine;

/** Lines in the sequence in which the account recorded them. A page may have few while there are more. */
export interface RealizedPage {
  readonly lines: readonly RealizedLine[];
  readonly next: string | null;
}

/** The page token is none of this account's. */
export interface UnknownPage {
  readonly unknown: string;
}

export interface LotRpc {
  /** Tax lots of a symbol. An account of an earlier release is given lots first. */
  lots(query: LotsQuery): Promise<LotsPage | UnknownPage>;
  /** What sales have realised, lot by lot, and wash sales. */
  realized(filter: RealizedFilter): Promise<RealizedPage | UnknownPage>;
}
