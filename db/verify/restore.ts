import { AUDIT_FIELDS, AUDIT_FIELDS_1, FIELD_SEPARATOR } from "../../protocol/audit/line.ts";
import { chainHashHex } from "../auditChain.ts";
import { NULL_MARK } from "./rows.ts";
import type { StoredEvent } from "./rows.ts";

/** Longer lines are skipped: naming the altered column may take about a second of hashing. */
const LINE_MAX = 4_000;
const SHOWN_MAX = 60;
const PRINTABLE = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n));
const HEX = Array.from("0123456789abcdef");

/**
 * Finds the column of an event that was altered, and its previous value, if the change is one character, one byte of a
 * UUID or one bit of the time: it hashes every possible previous value and compares it with the stored hash.
 */
export function whatWasChanged(previous: string, { line, hash }: StoredEvent): string | null {
  if (line.length > LINE_MAX) return null;
  const fields = line.split(FIELD_SEPARATOR);
  const added = whatWasAdded(previous, hash, fields);
  if (added !== null) return added;
  for (const [at, text] of fields.entries()) {
    const field = AUDIT_FIELDS[at] ?? "";
    const [before, after] = [fields.slice(0, at), fields.slice(at + 1)];
    for (const [candidate, place] of candidates(field, text)) {
      if (chainHashHex(previous, [...before, candidate, ...after].join(FIELD_SEPARATOR)) !== hash) continue;
      const column = field === "at" ? "timestamp" : field;
      return `its ${column} says ${excerpt(text, place)} and was ${excerpt(candidate, place)}`;
    }
  }
  return null;
}

/** Finds the actor column that was filled in a row of version 1, which has none. */
function whatWasAdded(previous: string, hash: string, fields: readonly string[]): string | null {
  if (fields.length <= AUDIT_FIELDS_1) return null;
  if (chainHashHex(previous, fields.slice(0, AUDIT_FIELDS_1).join(FIELD_SEPARATOR)) !== hash) return null;
  const at = fields.findIndex((text, n) => n >= AUDIT_FIELDS_1 && text !== "" && text !== NULL_MARK);
  return `its ${AUDIT_FIELDS[at] ?? ""} says ${excerpt(fields[at] ?? "", 0)} and said nothing`;
}

/** Possible previous values of a field, with the index of the change. */
function* candidates(field: string, text: string): Generator<readonly [candidate: string, place: number]> {
  if (field === "at") {
    const micros = BigInt(Math.round(Number(text) * 1000) || 0);
    for (let bit = 0n; bit < 63n; bit++) yield [String((micros ^ (1n << bit)) / 1000n), 0];
    return;
  }
  if (field === "before" || field === "after" || field === "actor_id") yield ["", 0];
  const uuid = field === "event_id" || field.endsWith("r_id") || field === "account_id";
  for (let i = 0; i <= text.length; i++) {
    const [head, tail] = [text.slice(0, i), text.slice(i + 1)];
    if (i < text.length && !uuid) yield [head + tail, i];
    for (const char of uuid ? HEX : PRINTABLE) {
      if (i < text.length) yield [head + char + tail, i];
      if (!uuid) yield [head + char + text.slice(i), i];
      else for (const next of HEX) yield [head + char + next + text.slice(i + 2), i];
    }
  }
}

function excerpt(text: string, place: number): string {
  const from = Math.max(0, place - SHOWN_MAX / 2);
  const shown = text.slice(from, from + SHOWN_MAX);
  return JSON.stringify((from > 0 ? "…" : "") + shown + (from + SHOWN_MAX < text.length ? "…" : ""));
}
