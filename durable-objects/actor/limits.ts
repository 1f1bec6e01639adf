/** Every bound of the actor kernel, with its unit and its reason. */

/** SQLite in a Durable Object refuses rows over 2 MB; stay clear of it. */
export const ROW_BYTES_MAX = 1_800_000;

/** Requests decided in one commit: bounds the time the object is deaf and the memory of a batch. */
export const BATCH_REQUESTS_MAX = 512;

/** Requests waiting for a commit: ten times what a book decides in a second. Who comes later is refused and asks again. */
export const QUEUE_REQUESTS_MAX = 10_000;

/** Messages in one envelope: bounds the work of one answer. */
export const ENVELOPE_MESSAGES_MAX = 500;

/** Characters of text in one envelope; with three bytes to each it still fits into a row, and far into the 32 MiB of an RPC. */
export const ENVELOPE_CHARS_MAX = 300_000;

/** A snapshot is due when the journal since the last one is larger than this and than twice that snapshot. */
export const JOURNAL_BYTES_BEFORE_SNAPSHOT = 256 * 1024;

/**
 * Reports that rode home on an answer are sent again when they are not acknowledged by then. Whoever lost the answer asks
 * again by itself, so this only collects acknowledgements: the longer the wait, the more of them come with one call.
 */
export const PIGGYBACK_GRACE_MS = 5_000;

/** How long audit records gather at an account: nobody waits for them, and a call costs far more than a record. */
export const AUDIT_BATCH_DELAY_MS = 1_000;

/** First and longest wait before an undelivered envelope is sent again. */
export const RESEND_FIRST_MS = 100;
export const RESEND_LONGEST_MS = 5_000;

/** Envelopes in flight at once: after a restart a book may owe thousands, and each in flight takes memory here and a call there. */
export const ENVELOPES_IN_FLIGHT_MAX = 64;

/** An exchange that has not been answered by then has failed, and its place is another's. */
export const ENVELOPE_TIMEOUT_MS = 10_000;

/** Messages pending for one receiver that are worth an alert: it has been away for minutes. Nothing is ever dropped. */
export const OUTBOX_ALERT_MESSAGES = 5_000;

/** How often an actor compares itself with its peers: a wake and a row each time, so not more often. */
export const RECONCILE_MS = 60_000;

/** Peers asked in one round: with one call each far under the 1,000 of an event. The others come in the rounds after. */
export const RECONCILE_PEERS_MAX = 50;

/** Differences told of one peer or check: who has that many needs to look for their cause, not for more of them. */
export const RECONCILE_FINDINGS_MAX = 20;

/** What a peer may cost for ever: a book of 100,000 accounts spends 20 MB of its 128 MB, and writes 7 MB snapshots. */
export const PEER_BYTES_MAX = 200;
export const PEER_SNAPSHOT_BYTES_MAX = 70;

/**
 * Waits share a timer when they end within this part of their length: the platform refuses an object its 10,001st timer,
 * and these take some hundred however many there are.
 */
export const TIMER_SLACK = 0.02;

/** The alarm that wakes an object with undelivered messages after a restart. An alarm costs a row, so it is coarse. */
export const RESEND_ALARM_MS = 5_000;

/** How long a request waits for the other actor's answer before it answers with what it knows. */
export const PEER_REPLY_TIMEOUT_MS = 8_000;

/** A message that fails this often is put aside: a fault that passes (a full disk, a release rolled back) has passed by then. */
export const DEAD_LETTER_AFTER_FAILURES = 3;

/** Messages put aside, after which mail waits instead: so many cannot all be wrong, and none must be lost to a bad release. */
export const DEAD_LETTERS_MAX = 1_000;

/** Characters kept of a message put aside and of its error: the whole of any real one, and far under ROW_BYTES_MAX. */
export const DEAD_LETTER_TEXT_MAX = 50_000;

/** Alerts kept of one actor; the oldest are dropped, for the log has them all. */
export const ALERTS_MAX = 200;

/** Peers listed in a report: a book knows every account it ever met, and a report is for people. */
export const REPORT_PEERS_MAX = 1_000;

/** Pushes waiting for one relay; beyond it they are dropped, the relay hears only that it missed some, and asks for them. */
export const PUSH_QUEUE_MAX = 2_000;

/** A push that fails is tried again at once this often; then after growing waits; then its relay is forgotten. */
export const PUSH_TRIES_AT_ONCE = 3;
export const PUSH_RETRY_FIRST_MS = 200;
export const PUSH_RETRY_LONGEST_MS = 10_000;
/** About five minutes: relays renew their subscriptions every two. */
export const PUSH_TRIES_MAX = 36;

/** How soon after a restart relays hear of what they may have missed, unless something else is pushed by then. */
export const RESTART_PUSH_MS = 250;

/** Trade updates an account keeps for streams that resume: days of a busy trader, some 10 MB. */
export const UPDATES_KEPT = 10_000;
/** They are dropped so many at a time, because each delete costs a statement. */
export const UPDATES_PRUNED_AT_ONCE = 1_000;
/** Updates in one row of the log and in one answer: an update is about 1 KB, so both stay far under ROW_BYTES_MAX. */
export const UPDATES_A_ROW_MAX = 500;
export const UPDATES_PAGE_MAX = 500;
