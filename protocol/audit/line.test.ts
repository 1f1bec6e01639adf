import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import { auditLine, auditText, FIELD_SEPARATOR, LINE_SEPARATOR } from "./line.ts";

const record = (text: string, body: Record<string, unknown>): AuditRecord =>
  ({
    eventId: "e",
    at: 1,
    userId: "u",
    accountId: "a",
    action: text,
    resource: text,
    result: "ok",
    ip: "",
    userAgent: text,
    requestId: "r",
    body,
    before: null,
    after: null,
  }) as unknown as AuditRecord;

/** Text with control characters, separators, lone surrogates and backslashes among it. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("\u0000", FIELD_SEPARATOR, LINE_SEPARATOR, "\ud800", "\udc00x", "\\u0000", "\n\u007f", "plain"),
);
/** What a text is without what cannot be stored. */
const UNSTORABLE = ["\u0000", FIELD_SEPARATOR, LINE_SEPARATOR];
const stored = (given: string): string =>
  UNSTORABLE.reduce((kept, each) => kept.replaceAll(each, "\ufffd"), given).toWellFormed();

test("AU-3: a line has every field as it is stored, and no separator or unstorable character within one", () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const given = record(one, { other, list: [one, 7, null] });
      const line = auditLine(3, 4, given);
      expect(auditLine(3, 4, auditText(given))).toBe(line);
      const fields = line.split(FIELD_SEPARATOR);
      expect(fields).toHaveLength(15);
      expect([fields[6], fields[7], fields[10]]).toEqual([stored(one), stored(one), stored(one)]);
      expect(fields[12]).toBe(JSON.stringify({ other: stored(other), list: [stored(one), 7, null] }));
      expect(UNSTORABLE.filter((each) => fields.join("").includes(each))).toEqual([]);
    }),
  );
});
