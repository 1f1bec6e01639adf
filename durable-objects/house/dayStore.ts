import { balances, CASH } from "../../domain/account/ledger/ledger.ts";
import type { HouseState } from "../../domain/house/houseAccount.ts";
import type { FeesSwept } from "../../domain/house/messages.ts";
import type { HouseDay } from "../../protocol/rpc/house.ts";
import type { Finding } from "../actor/alerts.ts";
import type { Sql } from "../actor/sql.ts";

/** The code of the exchange's own fees. No fee of a regulator has an empty code. */
const EXCHANGE = "";

/** What a house account has received, by trading day and kind of fee. Written in the transaction of each commit. */
export class DayStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS house_fees (
      day INTEGER NOT NULL,
      code TEXT NOT NULL,
      amount INTEGER NOT NULL,
      accounts INTEGER NOT NULL,
      PRIMARY KEY (day, code)
    ) WITHOUT ROWID`);
  }

  add({ day, amount, regulatory }: FeesSwept): void {
    let exchange = amount;
    for (const [code, part] of regulatory) {
      exchange -= part;
      this.#add(day, code, part);
    }
    this.#add(day, EXCHANGE, exchange);
  }

  /** The days from `from` to `until`, both included, the newest first. */
  days(from: number, until: number): HouseDay[] {
    const query = `SELECT day, code, amount, accounts FROM house_fees
      WHERE day >= ? AND day <= ? ORDER BY day DESC, code`;
    const days = Map.groupBy([...this.#sql.exec(query, from, until)], ({ day }) => Number(day));
    return [...days].map(([day, rows]) => {
      const own = rows.find(({ code }) => code === EXCHANGE);
      const others = rows.filter(({ code }) => code !== EXCHANGE);
      const regulatory = others.map(({ code, amount }) => [String(code), Number(amount)] as const);
      return { day, accounts: Number(own?.["accounts"]), exchange: Number(own?.["amount"]), regulatory };
    });
  }

  /** A finding where the days do not sum to the ledger. */
  findings({ ledger }: Readonly<HouseState>): Finding[] {
    const [row] = this.#sql.exec("SELECT COALESCE(SUM(amount), 0) AS sum FROM house_fees");
    const [days, received] = [Number(row?.["sum"]), balances(ledger, CASH).available];
    return days === received ? [] : [{ kind: "house_diverged", key: "days", facts: { days, received } }];
  }

  #add(day: number, code: string, amount: number): void {
    this.#sql.exec(
      `INSERT INTO house_fees (day, code, amount, accounts) VALUES (?, ?, ?, 1)
         ON CONFLICT (day, code) DO UPDATE SET amount = amount + excluded.amount, accounts = accounts + 1`,
      day,
      code,
      amount,
    );
  }
}
