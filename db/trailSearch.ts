/** Searches the audit trail in PostgreSQL for auditors, over Neon's HTTP protocol. */
import { neon, NeonDbError, neonConfig } from "@neondatabase/serverless";
import type { FoundEvent, TrailFilter } from "../protocol/rpc/trailSearch.ts";
import { STORED_EVENT, storedEvent } from "./verify/rows.ts";

/** The server ends a search after that long; the answer is waited for a little longer. */
const SEARCH_MS = 10_000;
const ANSWER_MS = 15_000;
/** `query_canceled`: what a statement that takes too long ends with. */
const CANCELED = "57014";

/** Each part of a filter with its condition; `$` is the place of its value. */
const CONDITIONS: readonly {
  readonly of: (filter: TrailFilter) => string | number | null;
  readonly sql: (place: string) => string;
}[] = [
  { of: ({ accountId }) => accountId, sql: (at) => `event.account_id = ${at}` },
  { of: ({ orderId }) => orderId, sql: (at) => `event.resource = 'order/' || ${at}::text` },
  { of: ({ actorId }) => actorId, sql: (at) => `event.actor_id = ${at}` },
  { of: ({ action }) => (action?.endsWith(".") === true ? null : action), sql: (at) => `event.action = ${at}` },
  {
    of: ({ action }) => (action?.endsWith(".") === true ? action : null),
    sql: (at) => `starts_with(event.action, ${at})`,
  },
  { of: ({ since }) => since, sql: (at) => `event."timestamp" >= ${time(at)}` },
  { of: ({ until }) => until, sql: (at) => `event."timestamp" < ${time(at)}` },
];

const time = (place: string): string => `to_timestamp(${place}::double precision / 1000)`;

export interface TrailSearch {
  /** Newest first. Null: it took too long. Rejects when the database is unavailable. */
  search(filter: TrailFilter): Promise<FoundEvent[] | null>;
}

export function openTrailSearch(databaseUrl: string, fetchEndpoint: string | undefined): TrailSearch {
  if (fetchEndpoint !== undefined && fetchEndpoint !== "") neonConfig.fetchEndpoint = fetchEndpoint;
  const sql = neon(databaseUrl);
  return {
    search: async (filter) => {
      const { text, values } = statementOf(filter);
      try {
        const [, rows = []] = await sql.transaction(
          [sql.query(`set local statement_timeout = ${SEARCH_MS}`), sql.query(text, values)],
          { readOnly: true, fetchOptions: { signal: AbortSignal.timeout(ANSWER_MS) } },
        );
        return rows.map(({ seq, line, hash }) => {
          const event = storedEvent(String(seq), String(line), String(hash));
          return { line: event.line, hash: event.hash };
        });
      } catch (error) {
        if (error instanceof NeonDbError && error.code === CANCELED) return null;
        throw error;
      }
    },
  };
}

function statementOf(filter: TrailFilter): { text: string; values: (string | number)[] } {
  const values: (string | number)[] = [];
  const place = (value: string | number): string => `$${values.push(value)}`;
  const conditions = CONDITIONS.flatMap(({ of, sql }) => {
    const value = of(filter);
    return value === null ? [] : [sql(place(value))];
  });
  const { after } = filter;
  if (after !== null) {
    const from = [time(place(after.at)), place(after.shard), place(after.seq)].join(", ");
    conditions.push(`(event."timestamp", event.shard, event.seq) < (${from})`);
  }
  const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  const order = `order by event."timestamp" desc, event.shard desc, event.seq desc`;
  const text = `select ${STORED_EVENT} from audit_events as event ${where} ${order} limit ${place(filter.limit)}`;
  return { text, values };
}
