/** Searches of the audit trail over the databases of all regions. */
import type * as z from "zod";
import { auditShardObject } from "../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../protocol/http/apiFault.ts";
import { auditShards, regionOfAccount, regionOfShard } from "../../protocol/ids/residency.ts";
import { auditEventToWire } from "../../protocol/mapping/auditEvents.ts";
import type { TrailFilter } from "../../protocol/rpc/trailSearch.ts";
import type { WireAuditEvent, WireAuditEvents } from "../../protocol/wire/audit.ts";
import { type eventsQuery, SEARCH_DAYS_MAX } from "../../protocol/wire/auditQuery.ts";
import { shardCounts } from "./auditShards.ts";
import type { Bindings } from "./context.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** An order is accepted within a request: by then, even when clocks differ. */
const ACCEPTED_WITHIN = HOUR;

/** A page of events, newest first. */
export async function searchTrail(env: Bindings, query: z.output<typeof eventsQuery>): Promise<WireAuditEvents> {
  const { account_id, order_id: orderId, actor_id: actorId, action, next, limit } = query;
  // The index is by account: an order's is found near the time in its id, and then the order's events by it.
  const accountId = account_id ?? (orderId === null ? null : await accountOfOrder(env, orderId));
  if (orderId !== null && accountId === null) return { events: [], next: null };
  const range = accountId === null ? boundedRange(query) : { since: query.since, until: query.until };
  const filter = { accountId, orderId, actorId, action, after: next, limit: limit + 1, since: range.since };
  const found = await searchAll(env, { ...filter, until: range.until });
  const events = found.slice(0, limit);
  const last = events.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { events, next: hasMore ? `${Date.parse(last.at)}.${last.shard}.${last.seq}` : null };
}

/** The time of a search without an account: a day, or as asked, and no longer than can be read. */
function boundedRange({ since, until }: Pick<TrailFilter, "since" | "until">): { since: number; until: number | null } {
  const end = until ?? Date.now();
  const begin = since ?? end - DAY;
  if (end - begin > SEARCH_DAYS_MAX * DAY) {
    const expected = `at most ${SEARCH_DAYS_MAX} days before until, without an account or an order`;
    throw new ApiFault({ reason: "query_invalid", parameter: "since", expected });
  }
  return { since: begin, until };
}

/** The account of an order; null when no event near the time of its id names it. */
async function accountOfOrder(env: Bindings, orderId: string): Promise<string | null> {
  const isTimed = orderId[14] === "7";
  const at = isTimed ? Number.parseInt(orderId.slice(0, 8) + orderId.slice(9, 13), 16) : Date.now();
  const [since, until] = isTimed ? [at - ACCEPTED_WITHIN, at + ACCEPTED_WITHIN] : [at - SEARCH_DAYS_MAX * DAY, null];
  const filter = { accountId: null, orderId, actorId: null, action: null, after: null, limit: 1, since, until };
  const [first] = await searchAll(env, filter);
  return first?.account_id ?? null;
}

/** Asks the database of each region, or that of the account, by one shard of it. */
async function searchAll(env: Bindings, filter: TrailFilter): Promise<WireAuditEvent[]> {
  const shards = auditShards(await shardCounts(env));
  const regions = new Map(shards.map((shard) => [regionOfShard(shard), shard]));
  const { accountId } = filter;
  const asked = [...regions].filter(([region]) => accountId === null || region === regionOfAccount(accountId));
  const pages = await Promise.all(asked.map(([, shard]) => ask(() => auditShardObject(env, shard).search(filter))));
  // Regions without a database of their own share one, and both have found the same events.
  const events = new Map<string, WireAuditEvent>();
  for (const page of pages) {
    if (page === null) {
      const expected = "a later time, or an account: this search took too long";
      throw new ApiFault({ reason: "query_invalid", parameter: "since", expected });
    }
    for (const event of page.map(auditEventToWire)) events.set(`${event.shard}.${event.seq}`, event);
  }
  const newest = [...events.values()].sort(
    (a, b) => Date.parse(b.at) - Date.parse(a.at) || b.shard - a.shard || b.seq - a.seq,
  );
  return newest.slice(0, filter.limit);
}
