import type { AuditRecord } from "../../domain/account/state/events.ts";

/**
 * The canonical form of an audit event: its fields as text, in a fixed order, with a separator that no field contains.
 * The hash chain is computed over these bytes, and the shard stores and drains them unchanged. Each column in
 * PostgreSQL is one field, so a row yields the line again.
 */

/** Stands between the fields of a line, and between the lines of a batch (ASCII unit and record separators). */
export const FIELD_SEPARATOR = "\u001f";
export const LINE_SEPARATOR = "\u001e";

/**
 * The fields of a line of version 1, in order. `at` is epoch milliseconds; `before` and `after` are empty for null.
 * A record without an actor, from a request to an earlier release, still becomes a line of version 1.
 */
const FIELDS_1 = [
  "shard",
  "seq",
  "event_id",
  "at",
  "user_id",
  "account_id",
  "action",
  "resource",
  "result",
  "ip_address",
  "user_agent",
  "request_id",
  "body",
  "before",
  "after",
] as const;

/**
 * The fields that version 2 adds: the version, and the actor. `user_id` is the owner of the account; `actor_id` is the
 * user who acted, empty for the exchange itself.
 */
export const ACTOR_FIELDS = ["version", "actor_id", "credential_kind", "credential_id"] as const;

/** All fields of a line. A line of version 1 ends before ACTOR_FIELDS. */
export const AUDIT_FIELDS = [...FIELDS_1, ...ACTOR_FIELDS] as const;
export const AUDIT_FIELDS_1: number = FIELDS_1.length;

const VERSION = "2";

/**
 * What an account sends of an event: the fields of its line after its shard and sequence, which the shard knows. One text
 * costs a message far less than a record of 45 values.
 */
export type AuditText = string;

/** What a shard receives of an event. Outboxes that an earlier release has saved have records. */
export type AuditMessage = AuditText | AuditRecord;

/** Reused lists of the fields of a text, of version 1 and 2. */
const texts1 = new Array<string>(FIELDS_1.length - 2).fill("");
const texts2 = new Array<string>(AUDIT_FIELDS.length - 2).fill("");

/** The text of an event: of version 1 when the record has no actor. */
export function auditText(record: AuditRecord): AuditText {
  const { eventId, at, userId, accountId, action, resource, result, ip, userAgent, requestId, actor } = record;
  const texts = actor === undefined ? texts1 : texts2;
  texts[0] = eventId;
  texts[1] = String(at);
  texts[2] = userId;
  texts[3] = accountId;
  texts[4] = plain(action);
  texts[5] = plain(resource);
  texts[6] = result;
  texts[7] = plain(ip);
  texts[8] = plain(userAgent);
  texts[9] = plain(requestId);
  texts[10] = jsonText(record.body);
  texts[11] = jsonText(record.before);
  texts[12] = jsonText(record.after);
  if (actor !== undefined) {
    texts[13] = VERSION;
    texts[14] = actor.userId;
    texts[15] = actor.credentialKind;
    texts[16] = plain(actor.credentialId);
  }
  return texts.join(FIELD_SEPARATOR);
}

/** The beginning of the line of event `seq` of a shard, before the text of the event. */
export function lineStart(shard: number, seq: number): string {
  return `${shard}${FIELD_SEPARATOR}${seq}${FIELD_SEPARATOR}`;
}

/** The line of event `seq` of a shard. */
export function auditLine(shard: number, seq: number, message: AuditMessage): string {
  return lineStart(shard, seq) + (typeof message === "string" ? message : auditText(message));
}

const ACCOUNT_AT = AUDIT_FIELDS.indexOf("account_id");

/** The account of the event of a line. Its user, or who acted, may have the same id: that of a user's first account. */
export function accountOf(line: string): string {
  return line.split(FIELD_SEPARATOR, ACCOUNT_AT + 1)[ACCOUNT_AT] ?? "";
}

// oxlint-disable-next-line no-control-regex -- it matches control characters
const UNSTORABLE = /[\u0000\u001e\u001f]/g;

/** The same and every surrogate: most texts have none of them, and are left as they are at the cost of one search. */
// oxlint-disable-next-line no-control-regex -- it matches control characters
const SUSPECT = /[\u0000\u001e\u001f\ud800-\udfff]/;

/** Removes what PostgreSQL cannot store (NUL, lone surrogates) and the separators, because clients can send them. */
function plain(value: string): string {
  return SUSPECT.test(value) ? value.replaceAll(UNSTORABLE, "\ufffd").toWellFormed() : value;
}

/**
 * JSON escapes control characters, so the text contains no separator. A NUL would still break SQL that reads the value.
 */
function jsonText(value: object | null | undefined): string {
  // Messages of an early release have no balances.
  if (value === null || value === undefined) return "";
  // JSON writes what must be removed as an escape, and few other things: without one nothing has to be.
  const text = JSON.stringify(value);
  if (!text.includes("\\u")) return text;
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "string" ? plain(inner) : inner));
}
