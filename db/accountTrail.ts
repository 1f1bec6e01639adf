/** The events of one account in PostgreSQL, over Neon's HTTP protocol, for an export of its data. */
import type { AccountId } from "../domain/ids.ts";
import { neon, neonConfig } from "@neondatabase/serverless";
import type { TrailEvent } from "../protocol/rpc/accountTrail.ts";
import { STORED_EVENT, storedEvent } from "./verify/rows.ts";

const ANSWER_MS = 15_000;

const EVENTS = `select ${STORED_EVENT} from audit_events as event
  where event.account_id = $1 and event.shard = $2 and event.seq > $3 order by event.seq limit $4`;

export interface AccountTrail {
  /** At most `limit` events after a sequence, in order. Rejects when the database is unavailable. */
  events(shard: number, accountId: AccountId, after: number, limit: number): Promise<TrailEvent[]>;
}

export function openAccountTrail(databaseUrl: string, fetchEndpoint: string | undefined): AccountTrail {
  if (fetchEndpoint !== undefined && fetchEndpoint !== "") neonConfig.fetchEndpoint = fetchEndpoint;
  const sql = neon(databaseUrl);
  return {
    events: async (shard, accountId, after, limit) => {
      const rows = await sql.query(EVENTS, [accountId, shard, after, limit], {
        fetchOptions: { signal: AbortSignal.timeout(ANSWER_MS) },
      });
      return rows.map(({ seq, line, hash }) => {
        const event = storedEvent(String(seq), String(line), String(hash));
        return { seq: event.seq, line: event.line };
      });
    },
  };
}
