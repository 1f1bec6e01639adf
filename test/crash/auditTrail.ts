/** The audit trail in PostgreSQL, judged by itself: what is wrong with it, in words; [] when nothing is. */
import pg from "pg";
import { bytesOfHex, chainHash, GENESIS_HASH, hexOf } from "../../db/auditChain.ts";
import { AUDIT_FIELDS, FIELD_SEPARATOR } from "../../protocol/auditLine.ts";

/** Differences told of one kind: the first ones say what is wrong. */
const SHOWN = 5;

export type Row = Readonly<Record<string, string | number | null>>;

/** A connection to the trail's database. The caller closes it. */
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

  /** Violations of what must hold of any trail: numbers without gaps, each event once, two equal sides to a trade. */
  async violations(): Promise<string[]> {
    const found: string[] = [];
    for (const [what, text] of Object.entries(VIOLATIONS)) {
      const rows = await this.rows(`${text} limit ${SHOWN}`);
      found.push(...rows.map((row) => `${what}: ${JSON.stringify(row)}`));
    }
    return found;
  }

  /** Makes every line again from its row and follows each shard's chain to its head: the first event that differs. */
  async brokenChains(): Promise<string[]> {
    const found: string[] = [];
    for (const { shard, head } of await this.rows(`select shard, encode(hash, 'hex') as head from audit_heads`)) {
      let hash = GENESIS_HASH;
      let seq = 0;
      let rows: Row[] = [];
      do {
        rows = await this.rows(LINES, [shard, seq, PAGE]);
        for (const row of rows) {
          const line = AUDIT_FIELDS.map((field) => row[field]).join(FIELD_SEPARATOR);
          hash = chainHash(hash, line);
          seq++;
          if (hexOf(hash) === row["hash"] && row["seq"] === String(seq)) continue;
          if (found.length < SHOWN) found.push(`shard ${shard}: event ${row["seq"]} does not continue the chain`);
          hash = bytesOfHex(String(row["hash"]));
        }
      } while (rows.length === PAGE && found.length < SHOWN);
      if (hexOf(hash) !== head) found.push(`shard ${shard}: the chain ends elsewhere than its head says`);
    }
    return found;
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}

const PAGE = 2_000;
/** The fields of a line (protocol/auditLine.ts) as text, and the hash. */
const LINES = `select shard::text, seq::text, event_id::text, (extract(epoch from timestamp) * 1000)::bigint::text as at,
    user_id::text, account_id::text, action, resource, result, ip_address, user_agent, request_id,
    body::text, coalesce("before"::text, '') as "before", coalesce("after"::text, '') as "after", encode(hash, 'hex') as hash
  from audit_events where shard = $1 and seq > $2 order by audit_events.seq limit $3`;

const VIOLATIONS = {
  // A shard numbers its rows 1, 2, 3, …
  "numbers with a gap": `select shard, count(*), min(seq), max(seq) from audit_events group by shard
    having min(seq) <> 1 or max(seq) <> count(*)`,
  "an event twice": "select event_id, count(*) from audit_events group by event_id having count(*) > 1",
  // A trade is two fills: one of each side and each role, of one price and quantity, in two orders.
  "a trade with uneven sides": `select symbol, trade_id, count(*) from fills group by symbol, trade_id
    having count(*) <> 2 or count(distinct side) <> 2 or count(distinct liquidity) <> 2 or count(distinct order_id) <> 2
      or count(distinct (price, qty, notional)) <> 1`,
} as const;
