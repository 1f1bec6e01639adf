/**
 * What log lines may say. Every event has its fields, and what is not listed is left out and counted: nothing personal
 * and no secret comes into a log because somebody once handed a whole object to it. Texts are cut, and what looks like a
 * secret, a token, an e-mail or an address in them is struck out, because the messages of errors quote what they choked on.
 */

/** A field with parts of its own. */
interface Parts {
  readonly [field: string]: true | Parts;
}

const CURSORS: Parts = { sent: true, acknowledged: true, applied: true, seq: true, hash: true };
/** What alerts say, whatever their kind. */
const FINDINGS: Parts = {
  ...{ from: true, to: true, peer: true, seq: true, failures: true, pending: true, reason: true, error: true },
  ...{ sent: true, acknowledged: true, ours: CURSORS, theirs: CURSORS, there: CURSORS },
  ...{ orderId: true, asked: true, found: true, asset: true, held: true, needed: true },
};
const ERROR: Parts = { error: true };
const DETAIL: Parts = { detail: true };
const WAITS: Parts = { failures: true, waitMs: true, error: true };
const ADMIN: Parts = { requestId: true, userId: true, symbol: true };
const RELAY: Parts = { relay: true, detail: true };
const LETTER: Parts = { kind: true, tries: true, detail: true };

/** The fields of each event. */
export const LOG_FIELDS: Readonly<Record<string, Parts>> = {
  request: {
    ...{ requestId: true, method: true, path: true, status: true, ms: true, accountId: true, userId: true },
    ...{ credentialKind: true, credential: true },
  },
  internal: { requestId: true, path: true, detail: true },
  unavailable: { requestId: true, path: true, detail: true },
  "external.failed": { requestId: true, provider: true, code: true },
  "limit.unanswered": { requestId: true, limit: true, detail: true },
  "market.configured": { ...ADMIN, tier: true },
  "market.halted": { ...ADMIN, reason: true, until: true },
  "market.resumed": { ...ADMIN, seconds: true },
  "market.breaker": { ...ADMIN, level: true, halted: true, not_due: true, unreached: true },
  "market.unreached": { ...ADMIN, detail: true },
  "auth.unavailable": RELAY,
  "lease.failed": RELAY,
  "socket.cannot_catch_up": RELAY,
  "book.cannot_catch_up": RELAY,
  "topic.renewal_failed": RELAY,
  "socket.failed": RELAY,
  "socket.lost": RELAY,
  "socket.too_slow": RELAY,
  "actor.commit_failed": ERROR,
  "actor.failure_not_recorded": ERROR,
  "message.failed": FINDINGS,
  "outbox.undelivered": { to: true, failures: true, error: true },
  alert: { id: true, at: true, kind: true, open: true, facts: FINDINGS },
  "reconcile.failed": ERROR,
  "reconcile.unanswered": { peer: true, error: true },
  "push.failed": { relay: true, failures: true, error: true },
  "push.dropped": { relay: true, items: true },
  "orders.live_unanswered": { symbol: true, error: true },
  "orders.prices_unanswered": { symbol: true, error: true },
  "audit.database_back": { failures: true },
  "audit.database_refuses": WAITS,
  "audit.database_away": WAITS,
  "audit.checkpoint_failed": ERROR,
  "audit.months_failed": ERROR,
  email_failed: LETTER,
  email_given_up: LETTER,
  background_task_failed: DETAIL,
  "login.erased": { userId: true, forced: true },
  "erasure.unfinished": ERROR,
  "erasure.unannounced": ERROR,
  relay_not_told: DETAIL,
  grant_not_told: DETAIL,
  directory_not_told: DETAIL,
  approval_unbooked: { id: true, detail: true },
  "admin.act": { requestId: true, userId: true, what: true, target: true, outcome: true },
  "admin.unrecorded": { ...ADMIN, what: true, target: true, detail: true },
  "rate_limit.not_stored": ERROR,
  "quote.not_stored": ERROR,
};

/** How grave an event is. A line leaves by the console's method of that name, so that whoever filters by it sees it. */
export type LogLevel = "log" | "warn" | "error";

/** What happens when all is well. */
const ORDINARY = new Set([
  ...["request", "market.configured", "market.halted", "market.resumed", "market.breaker", "admin.act"],
  ...["audit.database_back", "login.erased"],
]);
/** What does not mend itself. Everything else is tried again, and is a warning. */
const GRAVE = new Set([
  ...["internal", "alert", "actor.commit_failed", "audit.database_refuses", "audit.checkpoint_failed"],
  ...["email_given_up", "admin.unrecorded"],
]);

/** The level of an object's event. */
export function levelOf(event: string, facts: Readonly<Record<string, unknown>>): LogLevel {
  const [name = ""] = event.split(" ", 1);
  // An alert that is over is told, too.
  if (ORDINARY.has(name) || (name === "alert" && facts["open"] === false)) return "log";
  return GRAVE.has(name) ? "error" : "warn";
}

const TEXT_MAX = 200;
/** Stacks are longer than anything else, and worth it. */
const STACK_MAX = 1_500;
const LIST_MAX = 100;

/** The line of one event, as JSON. Fields that the event does not have are dropped; `dropped` says how many. Never throws. */
export function logText(source: Readonly<Record<string, string>>, event: string, facts: unknown): string {
  const counter = { dropped: 0 };
  // What the event is about may stand behind its name.
  const [name = ""] = event.split(" ", 1);
  const allowed = Object.hasOwn(LOG_FIELDS, name) ? (LOG_FIELDS[name] ?? {}) : {};
  let line: Record<string, unknown>;
  try {
    line = listed(facts, allowed, counter);
  } catch {
    // A getter that throws.
    line = {};
    counter.dropped++;
  }
  const dropped = counter.dropped === 0 ? {} : { dropped: counter.dropped };
  return JSON.stringify({ ...source, event: struck(event, TEXT_MAX), ...line, ...dropped });
}

interface Counter {
  dropped: number;
}

function listed(facts: unknown, parts: Parts, counter: Counter): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  if (typeof facts !== "object" || facts === null) return line;
  for (const [name, value] of Object.entries(facts) as [string, unknown][]) {
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    const kept = part === undefined ? undefined : part === true ? plain(value, name) : nested(value, part, counter);
    if (kept !== undefined) line[name] = kept;
    else if (value !== undefined) counter.dropped++;
  }
  return line;
}

function nested(value: unknown, parts: Parts, counter: Counter): unknown {
  return typeof value === "object" ? value && listed(value, parts, counter) : undefined;
}

/** What may stand in a field: numbers, yes and no, texts, and lists of these; undefined for anything else. */
function plain(value: unknown, name: string): unknown {
  switch (typeof value) {
    case "number":
    case "boolean":
      return value;
    case "string":
      return struck(value, name === "detail" ? STACK_MAX : TEXT_MAX);
    default:
      if (value === null) return null;
      if (!Array.isArray(value) || value.some((each) => typeof each === "object")) return undefined;
      return value.slice(0, LIST_MAX).map((each: unknown) => plain(each, "") ?? null);
  }
}

/** Bounded as addresses are (RFC 5321), so that no text costs more than its length. */
const EMAIL = /[^\s@<>"]{1,64}@[^\s@<>"]{1,255}/g;
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
/** At least three colons, or two together: times of day have fewer. */
const IPV6 = /(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])|(?<![\w:])[0-9a-f]{0,4}::[0-9a-f:]*(?![\w:])/gi;
/** Long runs of what base64, base32, hex and tokens are made of. */
const RUN = /[A-Za-z0-9+/_=-]{20,}/g;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Words of paths and names: `durable-objects`, `orderDesk`, `audit_chain_broken`. */
const WORDS = /^[A-Za-z]?[a-z]*(?:[A-Z_-][a-z]+)*$/;
const SHORT = 4;

/** The text without what must not be read in a log, at most `max` characters. */
export function struck(text: string, max: number): string {
  if (UUID.test(text)) return text;
  // A secret that is cut in its middle could pass as a word: strike first, on a little more than is kept.
  let clear = text.slice(0, 2 * max + 400);
  if (clear.includes("@")) clear = clear.replaceAll(EMAIL, "[mail]");
  clear = clear.replaceAll(RUN, (run) => (isHarmless(run) ? run : "[secret]"));
  if (clear.includes(".")) clear = clear.replaceAll(IPV4, "[ip]");
  if (clear.includes(":")) clear = clear.replaceAll(IPV6, "[ip]");
  return clear.length > max ? `${clear.slice(0, max)}…` : clear;
}

function isHarmless(run: string): boolean {
  return run.split("/").every((part) => part.length <= SHORT || UUID.test(part) || WORDS.test(part));
}
