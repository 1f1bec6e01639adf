/** The events of a stream of activities: those of before, then those that happen, at the pace of the reader. */
import type { ActivitiesPage, ActivityFilter, StoredActivity } from "../../../protocol/rpc/activities.ts";
import type { Change } from "./accountChanges.ts";

/** The part of the record that a stream has. */
export interface EventRange {
  /** The bounds of times; `pageToken` is the last event that the client has. */
  readonly from: Pick<ActivityFilter, "afterMicros" | "untilMicros" | "pageToken">;
  /** Begin after the newest activity. */
  readonly onlyNew: boolean;
  /** The id of the last event; null without a bound. */
  readonly untilId: string | null;
}

export interface EventPorts {
  page(filter: ActivityFilter): Promise<ActivitiesPage>;
  /** Null for a stream of the past alone. */
  next: ((ms: number) => Promise<Change>) | null;
  /** Whether the credentials or the connection to the relay have ended. */
  ended(): boolean;
  wait(ms: number): Promise<void>;
  now(): number;
}

/** Why a stream ends: with its range, after its longest time, or because its socket did. */
export type Ending = "complete" | "lifetime" | "interrupted";

/** What a stream sends: events, a sign of life, or why it ends. */
export type Sent =
  | { readonly kind: "events"; readonly activities: readonly StoredActivity[] }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "ended"; readonly why: Ending };

const PAGE = 100;
/** Proxies close a connection that is silent for longer than half a minute or so. */
export const HEARTBEAT_MS = 15_000;
/** A burst of fills is one read of the account a second. */
const PACE_MS = 1_000;
/** The account is asked without a sign of a change this often, because a notice may be lost. */
const RECHECK_MS = 120_000;
/** A stream ends after this time or so many reads (a request may make 1,000 calls), and its client connects again. */
const LIFETIME_MS = 3_600_000;
const READS_MAX = 500;

/** What the stream sends, each as soon as the reader has taken the one before; at last why it ends. */
export async function* activityEvents(range: EventRange, ports: EventPorts): AsyncGenerator<Sent, void> {
  const why = yield* untilItEnds(range, ports);
  yield { kind: "ended", why };
}

async function* untilItEnds(range: EventRange, ports: EventPorts): AsyncGenerator<Sent, Ending> {
  const endsAt = ports.now() + LIFETIME_MS;
  let { pageToken } = range.from;
  let reads = 0;
  const read = (): Promise<ActivitiesPage> => {
    reads += 1;
    return ports.page({ ...range.from, types: null, direction: "asc", limit: PAGE, pageToken });
  };
  if (range.onlyNew) {
    const newest = await ports.page({ ...range.from, types: null, direction: "desc", limit: 1, pageToken });
    pageToken = newest.activities[0]?.id ?? null;
    // The reader learns at once that it is connected.
    yield { kind: "heartbeat" };
  }
  for (;;) {
    // A bound in the future is passed before the last read, so that nothing of the time before it is missed.
    const readAt = ports.now();
    const page = await read();
    const activities = page.activities.filter(({ id }) => range.untilId === null || id <= range.untilId);
    pageToken = page.activities.at(-1)?.id ?? pageToken;
    if (activities.length > 0) yield { kind: "events", activities };
    if (isPast(range, readAt, pageToken) && !page.more) return "complete";
    if (range.untilId !== null && activities.length < page.activities.length) return "complete";
    if (reads >= READS_MAX) return "lifetime";
    if (page.more) {
      // A reader of a long past is cut off like any other, and one that reads slowly does not read for ever.
      if (ports.ended()) return "interrupted";
      if (ports.now() >= endsAt) return "lifetime";
      continue;
    }
    if (ports.next === null) return "complete";
    const pacedUntil = ports.now() + PACE_MS;
    for (let change: Change = "idle"; change === "idle";) {
      const left = Math.min(HEARTBEAT_MS, msUntil(range, ports.now()));
      change = await ports.next(left);
      if (change === "ended") return "interrupted";
      if (ports.now() >= endsAt) return "lifetime";
      if (change === "changed") await ports.wait(Math.max(0, pacedUntil - ports.now()));
      else if (isPast(range, ports.now(), pageToken) || ports.now() - readAt >= RECHECK_MS) break;
      else yield { kind: "heartbeat" };
    }
  }
}

/** Nothing that comes after this time or id belongs to the range. */
function isPast({ from: { untilMicros }, untilId }: EventRange, now: number, id: string | null): boolean {
  return (untilMicros !== null && now * 1_000 >= untilMicros) || (untilId !== null && id !== null && id >= untilId);
}

function msUntil({ from: { untilMicros } }: EventRange, now: number): number {
  return untilMicros === null ? HEARTBEAT_MS : Math.max(0, Math.ceil(untilMicros / 1_000) - now);
}
