/**
 * The text of a log line. Fields that are not listed for the event are dropped and counted, so that a caller that
 * passes a whole object logs no personal data and no secret. Texts are truncated. Secrets, tokens, e-mails and
 * addresses in them are replaced, because error messages quote their input.
 */
import { LOG_EVENTS, type LogEvent, type LogEventName, type LogFields } from "./events.ts";

const TEXT_MAX = 200;
/** The longest stack, which is longer than other texts. */
const STACK_MAX = 1_500;
const LIST_MAX = 100;

/**
 * The line of one event, as JSON. Fields that the event does not have are dropped; `dropped` counts them. Never throws.
 */
export function logText(source: string, event: LogEventName, facts: unknown): string {
  const counter = { dropped: 0 };
  const { level, area, fields }: LogEvent = LOG_EVENTS[event];
  let line: Record<string, unknown> = { source, level, area, event };
  try {
    addListed(line, facts, fields, counter);
  } catch {
    // A getter that throws.
    line = { source, level, area, event };
    counter.dropped++;
  }
  if (counter.dropped > 0) line["dropped"] = counter.dropped;
  return JSON.stringify(line);
}

interface Counter {
  dropped: number;
}

function addListed(line: Record<string, unknown>, facts: unknown, parts: LogFields, counter: Counter): void {
  if (typeof facts !== "object" || facts === null) return;
  for (const name of Object.keys(facts)) {
    const value = (facts as Readonly<Record<string, unknown>>)[name];
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    const kept = part === undefined ? undefined : part === true ? plain(value, name) : nested(value, part, counter);
    if (kept !== undefined) line[name] = kept;
    else if (value !== undefined) counter.dropped++;
  }
}

function nested(value: unknown, parts: LogFields, counter: Counter): unknown {
  if (typeof value !== "object") return undefined;
  if (value === null) return null;
  const line: Record<string, unknown> = {};
  addListed(line, value, parts, counter);
  return line;
}

/** Converts the value of a field: numbers, booleans, texts, and lists of these; undefined for anything else. */
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

/** An e-mail. Its parts are bounded (RFC 5321), so that matching takes linear time. */
const EMAIL = /[^\s@<>"]{1,64}@[^\s@<>"]{1,255}/g;
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
/** An IPv6 address: at least three colons, or two together; a time of day has fewer. */
const IPV6 = /(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])|(?<![\w:])[0-9a-f]{0,4}::[0-9a-f:]*(?![\w:])/gi;
/** A long run of characters of base64, base32, hex or tokens. */
const RUN = /[A-Za-z0-9+/_=-]{20,}/g;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Words of paths and names: `durable-objects`, `orderService`, `audit_chain_broken`. */
const WORDS = /^[A-Za-z]?[a-z]*(?:[A-Z_-][a-z]+)*$/;
const SHORT = 4;

/** Replaces secrets and personal data in a text, and truncates it to `max` characters. */
export function struck(text: string, max: number): string {
  if (UUID.test(text)) return text;
  // Replaces before it truncates, because a truncated secret could look like a word.
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
