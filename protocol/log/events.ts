/**
 * Every event that a service writes to its log: its level, its area and its fields. The log functions take no other
 * event and no other field. docs/logs.md lists the same; a test compares them.
 */

/** info: normal. warn: failed, and is retried. error: needs an operator. */
export type LogLevel = "info" | "warn" | "error";

/** The part of the exchange that an event is about. */
export type LogArea =
  | "http"
  | "market"
  | "stream"
  | "actor"
  | "account"
  | "book"
  | "feed"
  | "audit"
  | "identity"
  | "email"
  | "admin";

/** The fields of an event, or the parts of one of its fields. */
export interface LogFields {
  readonly [field: string]: true | LogFields;
}

export interface LogEvent {
  readonly level: LogLevel;
  readonly area: LogArea;
  readonly fields: LogFields;
}

const CURSORS = { sent: true, acknowledged: true, applied: true, seq: true, hash: true } as const;
/** The facts of alerts, whatever their kind. */
const FINDINGS = {
  from: true,
  to: true,
  peer: true,
  seq: true,
  failures: true,
  pending: true,
  reason: true,
  error: true,
  sent: true,
  acknowledged: true,
  ours: CURSORS,
  theirs: CURSORS,
  there: CURSORS,
  orderId: true,
  asked: true,
  found: true,
  asset: true,
  held: true,
  needed: true,
} as const;
const ERROR = { error: true } as const;
const DETAIL = { detail: true } as const;
const RETRY = { failures: true, waitMs: true, error: true } as const;
const FAULT = { requestId: true, path: true, detail: true } as const;
const MARKET = { requestId: true, userId: true, symbol: true } as const;
const RELAY = { relay: true, detail: true } as const;
const RELAY_BOOK = { relay: true, symbol: true, detail: true } as const;
const EMAIL = { kind: true, attempts: true, detail: true } as const;
const PROVIDER = { requestId: true, provider: true, code: true } as const;

export const LOG_EVENTS = {
  request: {
    level: "info",
    area: "http",
    fields: {
      requestId: true,
      method: true,
      path: true,
      status: true,
      ms: true,
      accountId: true,
      userId: true,
      credentialKind: true,
      credential: true,
    },
  },
  internal: { level: "error", area: "http", fields: FAULT },
  unavailable: { level: "error", area: "http", fields: FAULT },
  "limit.unanswered": { level: "error", area: "http", fields: { requestId: true, limit: true, detail: true } },
  "provider.unavailable": { level: "error", area: "http", fields: PROVIDER },
  "provider.refused": { level: "info", area: "http", fields: PROVIDER },

  "instrument.listed": { level: "info", area: "market", fields: { ...MARKET, version: true } },
  "instrument.changed": { level: "info", area: "market", fields: { ...MARKET, version: true } },
  "instrument.delisted": { level: "info", area: "market", fields: { ...MARKET, version: true } },
  "market.configured": { level: "info", area: "market", fields: { ...MARKET, tier: true } },
  "market.halted": { level: "info", area: "market", fields: { ...MARKET, reason: true, until: true } },
  "market.resumed": { level: "info", area: "market", fields: { ...MARKET, seconds: true } },
  "market.breaker": {
    level: "info",
    area: "market",
    fields: { ...MARKET, breakerLevel: true, halted: true, not_due: true, unreached: true },
  },
  "history.filled": {
    level: "info",
    area: "market",
    fields: { ...MARKET, period: true, barSource: true, put: true, kept: true },
  },
  "feed.connected": { level: "info", area: "feed", fields: { symbols: true } },
  "feed.closed": { level: "info", area: "feed", fields: {} },
  "feed.dial_failed": { level: "warn", area: "feed", fields: ERROR },
  "feed.refused": { level: "error", area: "feed", fields: { code: true } },
  "feed.lost": { level: "warn", area: "feed", fields: { reason: true, failures: true, waitMs: true } },
  "feed.breaker_open": { level: "error", area: "feed", fields: { failures: true } },
  "feed.breaker_closed": { level: "info", area: "feed", fields: {} },
  "feed.latest_failed": { level: "warn", area: "feed", fields: ERROR },
  "feed.book_unreached": { level: "warn", area: "feed", fields: { symbol: true, failures: true, error: true } },
  "feed.unreached": { level: "warn", area: "feed", fields: { symbol: true, error: true } },
  "feed.no_reference": { level: "warn", area: "feed", fields: ERROR },
  "feed.unreported": { level: "error", area: "feed", fields: { symbol: true } },
  "feed.recording_over": { level: "info", area: "feed", fields: {} },
  "feed.recording_failed": { level: "error", area: "feed", fields: ERROR },
  "latest.reads": { level: "info", area: "market", fields: { asked: true, edge: true, object: true, book: true } },
  "market.unreached": { level: "error", area: "market", fields: { ...MARKET, detail: true } },

  "auth.unavailable": { level: "error", area: "stream", fields: RELAY },
  "lease.failed": { level: "error", area: "stream", fields: RELAY },
  "socket.gap_fill_failed": { level: "error", area: "stream", fields: RELAY },
  "socket.failed": { level: "error", area: "stream", fields: RELAY },
  "socket.lost": { level: "error", area: "stream", fields: RELAY },
  "socket.too_slow": { level: "info", area: "stream", fields: RELAY },
  "relay.restarted": { level: "warn", area: "stream", fields: RELAY },
  "indicator.failed": { level: "warn", area: "stream", fields: RELAY_BOOK },
  "book.gap_fill_failed": { level: "error", area: "stream", fields: RELAY_BOOK },
  "topic.renewal_failed": { level: "error", area: "stream", fields: RELAY },

  "actor.commit_failed": { level: "error", area: "actor", fields: ERROR },
  "actor.failure_not_recorded": { level: "warn", area: "actor", fields: ERROR },
  "message.failed": { level: "warn", area: "actor", fields: { from: true, seq: true, failures: true, error: true } },
  "outbox.undelivered": { level: "warn", area: "actor", fields: { to: true, failures: true, error: true } },
  "alert.raised": {
    level: "error",
    area: "actor",
    fields: { id: true, at: true, kind: true, open: true, facts: FINDINGS },
  },
  "reconcile.failed": { level: "warn", area: "actor", fields: ERROR },
  "reconcile.unanswered": { level: "warn", area: "actor", fields: { peer: true, error: true } },
  "push.failed": { level: "warn", area: "actor", fields: { relay: true, failures: true, error: true } },
  "bars.failed": { level: "warn", area: "book", fields: { error: true } },
  "board.failed": { level: "warn", area: "book", fields: { failures: true, error: true } },
  "tape.failed": { level: "warn", area: "book", fields: { failures: true, error: true } },
  "seal.done": { level: "info", area: "book", fields: { day: true, part: true, trades: true, bytes: true } },
  "seal.failed": { level: "error", area: "book", fields: { failures: true, error: true } },
  "tape.gap": { level: "error", area: "book", fields: { month: true, after: true, before: true } },
  "push.dropped": { level: "warn", area: "actor", fields: { relay: true, items: true } },

  "orders.live_unanswered": { level: "warn", area: "account", fields: { symbol: true, error: true } },
  "orders.prices_unanswered": { level: "warn", area: "account", fields: { symbol: true, error: true } },
  "instruments.unreached": { level: "warn", area: "market", fields: ERROR },
  "instrument.book_unreached": { level: "warn", area: "market", fields: { symbol: true, error: true } },
  "rate_limit.not_stored": { level: "warn", area: "account", fields: ERROR },
  "quote.not_stored": { level: "warn", area: "book", fields: ERROR },

  "audit.database_back": { level: "info", area: "audit", fields: { failures: true } },
  "audit.database_refuses": { level: "error", area: "audit", fields: RETRY },
  "audit.database_away": { level: "warn", area: "audit", fields: RETRY },
  "audit.checkpoint_failed": { level: "error", area: "audit", fields: ERROR },
  "audit.months_failed": { level: "warn", area: "audit", fields: ERROR },

  "email.failed": { level: "warn", area: "email", fields: EMAIL },
  "email.given_up": { level: "error", area: "email", fields: EMAIL },

  "background_task.failed": { level: "warn", area: "identity", fields: DETAIL },
  "revocation.not_delivered": { level: "warn", area: "identity", fields: DETAIL },
  "grant.not_delivered": { level: "warn", area: "identity", fields: DETAIL },
  "account.not_changed": { level: "warn", area: "identity", fields: DETAIL },
  "directory.not_updated": { level: "warn", area: "identity", fields: DETAIL },
  "erasure.unfinished": { level: "warn", area: "identity", fields: ERROR },
  "erasure.unannounced": { level: "warn", area: "identity", fields: ERROR },
  "login.erased": { level: "info", area: "identity", fields: { userId: true, forced: true } },

  "admin.action": {
    level: "info",
    area: "admin",
    fields: { requestId: true, userId: true, what: true, target: true, outcome: true },
  },
  "admin.action_not_recorded": {
    level: "error",
    area: "admin",
    fields: { requestId: true, userId: true, what: true, target: true, detail: true },
  },
  "transfer.owner_not_notified": { level: "warn", area: "admin", fields: { id: true, detail: true } },
  "approval.not_carried_out": { level: "warn", area: "admin", fields: { id: true, detail: true } },
} as const satisfies Readonly<Record<string, LogEvent>>;

export type LogEventName = keyof typeof LOG_EVENTS;

/** The facts that a line of an event may have. */
export type LogFacts<E extends LogEventName> = {
  readonly [F in keyof (typeof LOG_EVENTS)[E]["fields"]]?: unknown;
};

/** An event with its facts: another name or another field does not compile. */
export type LogCall = { [E in LogEventName]: [event: E, facts: LogFacts<E>] }[LogEventName];

/** Writes one line. */
export type Log = (...call: LogCall) => void;
