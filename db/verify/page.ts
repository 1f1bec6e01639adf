import type { CheckpointKey } from "../../protocol/audit/checkpoint.ts";
import type { VerifiedPage } from "../../protocol/rpc/auditShard.ts";
import type { ChainPosition } from "../auditWriter.ts";
import { ChainVerifier } from "./chain.ts";
import { CheckpointChain, checkpointReader } from "./checkpoints.ts";
import { judgeEnd, type OwnEnd } from "./end.ts";
import type { TrailPage, TrailReader } from "./reader.ts";
import { FIRST_PLACE, fieldsOf } from "./rows.ts";
import { chainStart } from "./start.ts";

/** The events in a shard's own storage. */
export interface OwnChain {
  readonly shard: number;
  readonly reader: TrailReader;
  readonly keys: readonly CheckpointKey[];
  drained(): ChainPosition | null;
  end(): OwnEnd;
}

/**
 * Verifies at most `limit` events after sequence `after` (0: from the beginning). Rejects when the database is
 * unavailable.
 */
export async function verifyPage(own: OwnChain, after: number, limit: number, now: number): Promise<VerifiedPage> {
  const { shard, reader, keys } = own;
  const drained = own.drained();
  // The last event of the previous page is read again, because its hash is needed.
  const rows = after === 0 ? limit : limit + 1;
  const page = await reader.page(shard, after === 0 ? FIRST_PLACE : after, rows);
  const { events, head } = page;
  const start = await startOf(page, after, keys, now);
  if (start === null) {
    const gone = { seq: after, eventId: null, kind: "missing", detail: "no event has this place" };
    return { shard, from: after, through: after, events: 0, head, ok: false, firstDifference: gone, next: null };
  }
  const chain = new ChainVerifier(shard, start);
  const more = events.length === rows;
  const read = start.seq === 0 ? events : events.filter(({ seq }) => seq > start.seq);
  const last = read.at(-1)?.seq ?? start.seq;
  if (drained !== null && drained.seq > 0 && (!more || drained.seq <= last)) {
    chain.expect({ ...drained, source: "the shard itself" });
  }
  await signatures(chain, own, page, more ? last : Number.POSITIVE_INFINITY);
  for (const event of read) chain.add(event);
  if (more) chain.end(null);
  else judgeEnd(chain, head, own.end());
  const first = chain.differences.toSorted((a, b) => a.seq - b.seq)[0] ?? null;
  const named = events.find(({ seq }) => seq === first?.seq);
  const eventId = first?.eventId ?? (named === undefined ? null : fieldsOf(named.line)("event_id"));
  return {
    shard,
    from: start.seq + 1,
    through: chain.last.seq,
    events: chain.events,
    head,
    ok: first === null,
    firstDifference: first === null ? null : { ...first, eventId },
    next: more && first === null ? chain.last.seq : null,
  };
}

/** The position that the page continues from; null when that event is missing. */
async function startOf(
  { events, checkpoints }: TrailPage,
  after: number,
  keys: readonly CheckpointKey[],
  now: number,
): Promise<ChainPosition | null> {
  const [first = null] = events;
  if (after > 0) return first?.seq === after ? { seq: after, hash: first.hash } : null;
  const [signed] = checkpoints;
  const covering = signed === undefined ? null : await checkpointReader(keys)(signed.jws);
  return chainStart(first, typeof covering === "string" ? null : covering, now);
}

async function signatures(chain: ChainVerifier, own: OwnChain, page: TrailPage, through: number): Promise<void> {
  const follow = new CheckpointChain(own.shard, checkpointReader(own.keys));
  if (page.before !== null) await follow.next(page.before);
  for (const checkpoint of page.checkpoints) {
    if (checkpoint.seq > through) break;
    const { claims, wrong } = await follow.next(checkpoint);
    if (wrong !== null) chain.report(checkpoint.seq, null, "checkpoint", `the checkpoint of this event: ${wrong}`);
    else if (claims !== null) chain.expect({ seq: claims.seq, hash: claims.hash, source: "its signed checkpoint" });
  }
}
