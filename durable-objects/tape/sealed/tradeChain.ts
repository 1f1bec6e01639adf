/** The chain of the trades of a book: each hash covers the one before, so no trade can change or be left out unseen. */
import { ChainHasher, GENESIS_HEX } from "../../../db/auditChain.ts";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { FIELD_SEPARATOR } from "../../../protocol/audit/line.ts";

/** The hash before the first trade of a book. */
export const FIRST_CHAIN_HEAD: string = GENESIS_HEX;

/** What the audit trail has of a trade, in the records of both fills: enough for a hash of the chain. */
export type AuditedTrade = Pick<TapeTrade, "tradeId" | "at" | "price" | "qty" | "takerSide">;

/**
 * Continues the chain of a book. A trade is hashed as its symbol, number, time (epoch milliseconds), price in 1/10,000
 * dollar, quantity in lots and the side of the incoming order (empty in an auction), with the separator of audit lines.
 */
export class TradeChain {
  readonly #hasher: ChainHasher;
  readonly #start: string;
  head: string;

  constructor(symbol: string, head: string) {
    this.#hasher = new ChainHasher(head);
    this.#start = `${symbol}${FIELD_SEPARATOR}`;
    this.head = head;
  }

  add(trades: readonly AuditedTrade[]): void {
    for (const { tradeId, at, price, qty, takerSide } of trades) {
      const fields = [tradeId, at, price, qty, takerSide ?? ""];
      this.head = this.#hasher.next(this.#start, fields.join(FIELD_SEPARATOR));
    }
  }
}
