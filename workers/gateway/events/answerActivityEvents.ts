import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { activityEventToWire } from "../../../protocol/mapping/activityEvents.ts";
import type { ActivitiesPage, ActivityFilter } from "../../../protocol/rpc/activities.ts";
import type { activityEventsQuery } from "../../../protocol/wire/activityEvents.ts";
import type * as z from "zod";
import { accountOf, patiently } from "../accounts.ts";
import type { AppContext } from "../context.ts";
import { countAddress } from "../limits/edge.ts";
import { accountChanges, type Changes } from "./accountChanges.ts";
import { activityEvents, type EventRange, type Sent } from "./activityEvents.ts";

type Query = z.output<typeof activityEventsQuery>;

/** Answers with the events of the caller's account. A wrong query, and a refusal of the relay, are ordinary errors. */
export async function answerActivityEvents(c: AppContext, query: Query): Promise<Response> {
  const range = rangeOf(query, c.req.header("Last-Event-ID") ?? null);
  for (const id of new Set([range.from.pageToken, range.untilId])) {
    if (id !== null) await requireKnown(c, id, id === range.untilId ? "until_id" : "since_id");
  }
  const { untilMicros } = range.from;
  const now = Date.now();
  const ofPast = range.untilId !== null || (untilMicros !== null && untilMicros <= now * 1_000);
  if (!ofPast) await countAddress(c, "SOCKET_LIMIT");
  // The socket listens before the first read, so no activity comes between them unnoticed.
  const changes = ofPast ? null : await accountChanges(c);
  const sent = activityEvents(range, {
    page: (filter) => patiently(() => meteredPage(c, filter)),
    next: changes === null ? null : (ms) => changes.next(ms),
    ended: () => changes !== null && changes.reason !== "",
    wait: (ms) => new Promise<void>((resume) => void setTimeout(resume, ms)),
    now: () => Date.now(),
  });
  const framing = wantsArray(c, query) ? arrayFraming(ofPast || untilMicros !== null) : eventFraming(changes);
  const headers = { "Content-Type": framing.type, "X-Accel-Buffering": "no" };
  return c.body(bodyOf(sent, framing, changes), 200, headers);
}

function rangeOf({ since, until, since_id, until_id: untilId }: Query, lastEventId: string | null): EventRange {
  const refuse = (parameter: string, expected: string): never => {
    throw new ApiFault({ reason: "query_invalid", parameter, expected });
  };
  if (since !== null && since_id !== null) refuse("since_id", "no since beside it");
  if (until !== null && since === null) refuse("until", "since beside it");
  if (untilId !== null && since_id === null) refuse("until_id", "since_id beside it");
  const pageToken = lastEventId ?? since_id;
  // Both bounds of the account's filter are exclusive, and `since` belongs to the range.
  const afterMicros = since === null || lastEventId !== null ? null : since.micros - (since.more ? 0 : 1);
  const untilMicros = until === null ? null : until.micros + (until.more ? 1 : 0);
  return { from: { afterMicros, untilMicros, pageToken }, onlyNew: pageToken === null && since === null, untilId };
}

async function requireKnown(c: AppContext, pageToken: string, parameter: string): Promise<void> {
  const one = { types: null, afterMicros: null, untilMicros: null, direction: "desc", limit: 1, pageToken } as const;
  if (!("unknown" in (await accountOf(c).activities(one)))) return;
  throw new ApiFault({ reason: "query_invalid", parameter, expected: "the id of an activity of this account" });
}

/** A page of activities. Each takes a token: a stream lasts, and is one request. */
async function meteredPage(c: AppContext, filter: ActivityFilter): Promise<ActivitiesPage> {
  const page = await accountOf(c, true).activities(filter);
  if ("unknown" in page) throw new Error(`unknown activity ${page.unknown}`);
  return page;
}

/**
 * Whether the events are to be one JSON array: a client that asks for JSON, and the generated method of Alpaca's SDK for
 * Node.js, which reads nothing else and asks for nothing, when its stream has an end.
 */
function wantsArray(c: AppContext, { until, until_id: untilId }: Query): boolean {
  const accept = c.req.header("Accept") ?? "";
  if (accept.includes("text/event-stream")) return false;
  const isGenerated = c.req.header("User-Agent")?.startsWith("APCA-NODE/") === true;
  return accept.includes("application/json") || (isGenerated && (until !== null || untilId !== null));
}

interface Framing {
  readonly type: string;
  /** The text before everything. */
  readonly begin: string;
  readonly frame: (sent: Sent) => string;
}

/** A client that is cut off connects again after this time. */
const RECONNECT_MS = 1_000;

function eventFraming(changes: Changes | null): Framing {
  return {
    type: "text/event-stream; charset=utf-8",
    begin: `retry: ${RECONNECT_MS}\n\n`,
    frame: (sent) => {
      if (sent.kind === "heartbeat") return ": heartbeat\n\n";
      if (sent.kind === "ended")
        return `: ${sent.why === "interrupted" ? (changes?.reason ?? "") : ENDED[sent.why]}\n\n`;
      const events = sent.activities.map(activityEventToWire);
      return events.map((event) => `id: ${event.event_id}\ndata: ${JSON.stringify(event)}\n\n`).join("");
    },
  };
}

const ENDED = { complete: "complete", lifetime: "connect again" } as const;

/** `hasEnd`: an array that lacks the rest of its range is broken off, so that nobody takes it for the whole. */
function arrayFraming(hasEnd: boolean): Framing {
  let before = "";
  return {
    type: "application/json",
    begin: "[",
    frame: (sent) => {
      if (sent.kind === "heartbeat") return "\n";
      if (sent.kind === "ended") {
        if (hasEnd && sent.why !== "complete") throw new Error(`a range of activities was left: ${sent.why}`);
        return "]";
      }
      const text = sent.activities.map((activity) => JSON.stringify(activityEventToWire(activity))).join(",");
      const framed = before + text;
      before = ",";
      return framed;
    },
  };
}

/** The body: bytes are made when they are read. A reader that leaves closes the socket. */
function bodyOf(
  events: AsyncGenerator<Sent, void>,
  { begin, frame }: Framing,
  changes: Changes | null,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(begin));
    },
    async pull(controller) {
      try {
        const next = await events.next();
        if (next.done !== true) return controller.enqueue(encoder.encode(frame(next.value)));
      } catch (error) {
        changes?.close();
        throw error;
      }
      changes?.close();
      controller.close();
    },
    async cancel() {
      changes?.close();
      await events.return();
    },
  });
}
