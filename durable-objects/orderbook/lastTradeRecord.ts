import { type NumberedTrade, sideName } from "../../domain/matching/bookState.ts";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";
import type { Projection } from "../actor/projection.ts";

type Sql = Pick<SqlStorage, "exec">;

/** What the state of a book does not keep of its last trade. */
export type LastTradeFacts = Pick<NumberedTrade, "tradeId" | "takerSide" | "auction" | "regular">;

/**
 * The side of the incoming order of the last trade, and its session: a snapshot of the book leaves them out. They are a
 * row, which is written with the other rows of the book, before a snapshot covers the journal that has them.
 */
export class LastTradeRecord implements Projection<NumberedTrade> {
  readonly #sql: Sql;
  #newest: LastTradeFacts | null = null;
  #isWritten = true;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS last_trade (
         id INTEGER PRIMARY KEY CHECK (id = 1), trade_id INTEGER NOT NULL, taker INTEGER, auction INTEGER NOT NULL,
         regular INTEGER)`,
    );
    for (const row of sql.exec("SELECT trade_id, taker, auction, regular FROM last_trade")) {
      const [taker, regular] = [row["taker"], row["regular"]];
      this.#newest = {
        tradeId: Number(row["trade_id"]),
        ...(taker === null ? {} : { takerSide: taker === 0 ? 0 : 1 }),
        ...(row["auction"] === 1 ? { auction: true } : {}),
        ...(regular === null ? {} : { regular: regular === 1 }),
      };
    }
  }

  add(trade: NumberedTrade): void {
    this.#newest = trade;
    this.#isWritten = false;
  }

  readonly isDue = false;

  write(): void {
    if (this.#newest === null || this.#isWritten) return;
    const { tradeId, takerSide, auction, regular } = this.#newest;
    this.#sql.exec(
      "INSERT OR REPLACE INTO last_trade (id, trade_id, taker, auction, regular) VALUES (1, ?, ?, ?, ?)",
      tradeId,
      takerSide ?? null,
      auction === true ? 1 : 0,
      regular === undefined ? null : regular ? 1 : 0,
    );
    this.#isWritten = true;
  }

  /** The last trade of a top with its session, and the side of its incoming order; as it is when these are not known. */
  of(last: BookTop["last"]): Pick<BookTop, "last" | "lastTaker"> {
    const facts = this.#newest;
    if (last === null || facts?.tradeId !== last.tradeId) return { last };
    const { auction, regular, takerSide } = facts;
    return {
      last: regular === undefined ? last : { ...last, auction: auction === true, regular },
      ...(takerSide === undefined ? {} : { lastTaker: sideName(takerSide) }),
    };
  }
}
