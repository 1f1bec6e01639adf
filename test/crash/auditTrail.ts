/** Checks of the audit trail in PostgreSQL: each returns its violations as text, [] when there are none. */
import pg from "pg";
import { differenceText } from "../../db/verify/difference.ts";
import { openExchange } from "../../ops/verify/exchange.ts";
import { verify } from "../../ops/verify/run.ts";
import { adminKey } from "../rig/traders.ts";

/** Violations reported of one kind. */
const SHOWN = 5;

export type Row = Readonly<Record<string, string | number | null>>;

/** A connection to the trail's database; the caller closes it. */
export class AuditTrail {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(databaseUrl: string): Promise<AuditTrail> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    return new AuditTrail(client);
  }

  async rows(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(text, [...params])).rows;
  }

  /** Violations of the trail's invariants: no gap in the sequences, each event once, two matching sides of a trade. */
  async violations(): Promise<string[]> {
    const found: string[] = [];
    for (const [what, text] of Object.entries(VIOLATIONS)) {
      const rows = await this.rows(`${text} limit ${SHOWN}`);
      found.push(...rows.map((row) => `${what}: ${JSON.stringify(row)}`));
    }
    return found;
  }

  /** Violations found by the checks of `npm run verify`: chains, checkpoints, and the running accounts and books. */
  async unverified(exchangeUrl: string): Promise<string[]> {
    const exchange = openExchange(exchangeUrl, await adminKey(exchangeUrl), () => {});
    try {
      const { differences, faults, unchecked } = await verify(exchange, [this.#client], () => {});
      return [...differences.map(differenceText), ...faults, ...unchecked].slice(0, SHOWN);
    } finally {
      exchange.close();
    }
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}

const VIOLATIONS = {
  // A shard numbers its rows 1, 2, 3, …
  "numbers with a gap": `select shard, count(*), min(seq), max(seq) from audit_events group by shard
    having min(seq) <> 1 or max(seq) <> count(*)`,
  "an event twice": "select event_id, count(*) from audit_events group by event_id having count(*) > 1",
  // A trade is two fills: one of each side and each role, of one price and quantity, in two orders.
  "a trade with uneven sides": `select symbol, trade_id, count(*) from fills group by symbol, trade_id
    having count(*) <> 2 or count(distinct side) <> 2 or count(distinct liquidity) <> 2 or count(distinct order_id) <> 2
      or count(distinct (price, qty)) <> 1`,
} as const;
