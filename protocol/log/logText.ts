/**
 * The text of a log line. Fields that are not listed for the event are left out and counted, so that nothing personal and
 * no secret comes into a log when a caller hands over a whole object. Texts are cut, and what looks like a secret, a token,
 * an e-mail or an address in them is replaced, because messages of errors quote their input.
 */
import { LOG_EVENTS, type LogEvent, type LogEventName, type LogFields } from "./events.ts";

const TEXT_MAX = 200;
/** Stacks are longer than anything else, and worth it. */
const STACK_MAX = 1_500;
const LIST_MAX = 100;

/** The line of one event, as JSON. Fields that the event does not have are dropped; `dropped` counts them. Never throws. */
export function logText(source: string, event: LogEventName, facts: unknown): string {
  const counter = { dropped: 0 };
  const { level, area, fields }: LogEvent = LOG_EVENTS[event];
  let line: Record<string, unknown>;
  try {
    line = listed(facts, fields, counter);
  } catch {
    // A getter that throws.
    line = {};
    counter.dropped++;
  }
  const dropped = counter.dropped === 0 ? {} : { dropped: counter.dropped };
  return JSON.stringify({ source, level, area, event, ...line, ...dropped });
}

interface Counter {
  dropped: number;
}

function listed(facts: unknown, parts: LogFields, counter: Counter): Record<string, unknown> {
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

function nested(value: unknown, parts: LogFields, counter: Counter): unknown {
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
/** Words of paths and names: `durable-objects`, `orderService`, `audit_chain_broken`. */
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
