/** The limits of the actor kernel, each with its unit and its reason. */

/** Bytes of a row: SQLite in a Durable Object refuses rows over 2 MB. */
export const ROW_BYTES_MAX = 1_800_000;

/** Decisions made in one commit, one of most requests: bounds the time the object is blocked and the memory of a batch. */
export const BATCH_REQUESTS_MAX = 512;

/**
 * How long a busy object gathers requests for a commit: GATHER_FACTOR times what its commits take to become durable
 * beyond GATHER_FROM_MS, which is what they take on an idle machine. At most GATHER_MAX_MS: an order waits for three
 * commits. After GATHER_IDLE_MS without a commit the object counts as quiet. Requests that are not deferrable gather only
 * as far as commits have had more of them than GATHER_ABOVE: waiting for others that do not come is latency for nothing.
 */
export const GATHER_FROM_MS = 2;
export const GATHER_FACTOR = 4;
export const GATHER_MAX_MS = 25;
export const GATHER_IDLE_MS = 500;
export const GATHER_ABOVE = 1;

/** Decisions waiting for a commit: ten times what a book decides in a second. Beyond it requests are refused. */
export const QUEUE_REQUESTS_MAX = 10_000;

/** Messages in one envelope: bounds the work of one reply. */
export const ENVELOPE_MESSAGES_MAX = 500;

/** Characters of text in one envelope: with three bytes each it fits a row, and the 32 MiB of an RPC. */
export const ENVELOPE_CHARS_MAX = 300_000;

/** A snapshot is due when the journal since the last one is larger than this and than twice that snapshot. */
export const JOURNAL_BYTES_BEFORE_SNAPSHOT = 256 * 1024;

/**
 * Messages that were piggybacked on a reply are sent again when they are not acknowledged by then. A caller that lost the
 * reply repeats its call anyway, so the wait mostly collects acknowledgements: longer means more of them in one call.
 */
export const PIGGYBACK_GRACE_MS = 3_000;

/** How long audit records gather at an account: nothing waits for them, and a call costs far more than a record. */
export const AUDIT_BATCH_DELAY_MS = 1_000;

/** First and longest back-off before a failed envelope is sent again. */
export const RESEND_FIRST_MS = 100;
export const RESEND_LONGEST_MS = 5_000;

/** Envelopes in flight at once: after a restart a book may have messages for thousands of accounts. */
export const ENVELOPES_IN_FLIGHT_MAX = 64;

/** An envelope without a reply by then has failed; the next one in the queue is sent. */
export const ENVELOPE_TIMEOUT_MS = 10_000;

/** Messages pending for one receiver that raise an alert: it has been unreachable for minutes. None is ever dropped. */
export const OUTBOX_ALERT_MESSAGES = 5_000;

/**
 * Stubs of other actors that an object keeps; those of the others are made for each call. Each takes half a kilobyte of
 * the isolate, and twenty books of a thousand awake accounts would keep 10 MB.
 */
export const PEER_STUBS_MAX = 128;

/** How often an actor reconciles with its peers: each time costs an alarm and a row. */
export const RECONCILE_MS = 60_000;

/** Peers reconciled in one round, the others in later rounds: far under the 1,000 subrequests of an invocation. */
export const RECONCILE_PEERS_MAX = 50;

/** Differences reported of one peer or check: with that many their common cause matters, not the next one. */
export const RECONCILE_FINDINGS_MAX = 20;

/** Bytes of memory and of snapshot that a peer costs for ever: 100,000 accounts cost a book 20 MB of its 128 MB. */
export const PEER_BYTES_MAX = 200;
export const PEER_SNAPSHOT_BYTES_MAX = 70;

/**
 * Deadlines share a timer when they are within this fraction of their delay: the platform refuses an object its 10,001st
 * timer, and any number of deadlines take some hundred.
 */
export const TIMER_SLACK = 0.08;

/** The alarm that resumes sending after a restart. An alarm costs a row, so it is coarse. */
export const RESEND_ALARM_MS = 5_000;

/** How long a request waits for another actor's reply before it answers without it. */
export const PEER_REPLY_TIMEOUT_MS = 8_000;

/** How long a request waits for the prices of a book: it still has to be decided, and to wait for the book's reply. */
export const BOOK_PRICES_TIMEOUT_MS = 5_000;

/** A message that fails this often is dead-lettered: a temporary fault (a full disk, a bad release) has passed by then. */
export const DEAD_LETTER_AFTER_FAILURES = 3;

/** Dead letters of an actor; beyond it messages wait instead: so many point at the release, not at the messages. */
export const DEAD_LETTERS_MAX = 1_000;

/** Characters kept of a dead letter and of its error: all of any real message, and far under ROW_BYTES_MAX. */
export const DEAD_LETTER_TEXT_MAX = 50_000;

/** Alerts stored of one actor; the oldest are deleted, the log has them all. */
export const ALERTS_MAX = 200;

/** Peers listed in a report: a book knows every account it ever exchanged a message with. */
export const REPORT_PEERS_MAX = 1_000;

/** Items queued for one relay; beyond it all are dropped, and the relay sees the gap and asks for them. */
export const PUSH_QUEUE_MAX = 2_000;

/** Attempts of a push without a wait; then with back-off up to PUSH_TRIES_MAX; then its relay is forgotten. */
export const PUSH_TRIES_AT_ONCE = 3;
export const PUSH_RETRY_FIRST_MS = 200;
export const PUSH_RETRY_LONGEST_MS = 10_000;
/** About five minutes: relays renew their subscriptions every two. */
export const PUSH_TRIES_MAX = 36;

/** When relays are told the position after a restart, unless something is pushed before. */
export const RESTART_PUSH_MS = 250;

/**
 * Rows that an account's projection adds in memory before it writes them. Fewer are not written, about 30 KB; from then on
 * they are written when the oldest is so old, or when they are as many as take about 250 KB. A busy account so writes many
 * rows with the same pages of their indexes.
 */
export const PROJECTED_ROWS_MIN = 64;
export const PROJECTED_ROWS_MAX = 512;
export const PROJECTED_ROWS_AGE_MS = 1_000;

/** Activities in a row: a filter that finds one activity in a row decodes all of it. */
export const ACTIVITIES_A_ROW_MAX = 64;
/** Lots of activities in a row, at most 50 bytes each: an activity has at most 20,000, which is far under ROW_BYTES_MAX. */
export const ACTIVITY_LOTS_A_ROW_MAX = 5_000;

/** Trade updates that an account keeps for streams that resume: days of a busy trader, about 10 MB. */
export const UPDATES_KEPT = 10_000;
/** Trade updates deleted at a time, because each delete costs a statement. */
export const UPDATES_PRUNED_AT_ONCE = 1_000;
/** Updates in one row of the log and in one response: at about 1 KB each far under ROW_BYTES_MAX. */
export const UPDATES_A_ROW_MAX = 500;
export const UPDATES_PAGE_MAX = 500;
