/** Points in time as clients write them: a date, or RFC 3339 with up to nine digits of a second. */

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const MINUTE = 60_000;

/** A point in time: whole microseconds since the epoch, and whether it is later than that by less than one. */
export interface Instant {
  readonly micros: number;
  readonly more: boolean;
}

/**
 * Reads a point in time; null when it is malformed or the day or hour does not exist. Without a zone it is UTC. The `+`
 * of an offset often arrives as a space.
 */
export function readInstant(text: string): Instant | null {
  const match = INSTANT.exec(text.replace(" ", "+"));
  if (match === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const utc = new Date(Date.UTC(y, mo - 1, d, h, mi, s));
  const exists =
    [utc.getUTCFullYear(), utc.getUTCMonth() + 1, utc.getUTCDate(), utc.getUTCHours(), utc.getUTCMinutes()].every(
      (part, at) => part === parts[at],
    ) && utc.getUTCSeconds() === s;
  const offset = offsetOf(zone);
  if (!exists || offset === null) return null;
  const nanos = fraction.padEnd(9, "0");
  const micros = (utc.getTime() - offset) * 1_000 + Number(nanos.slice(0, 6));
  return { micros, more: Number(nanos.slice(6)) > 0 };
}

/** The offset of a zone from UTC in milliseconds; null for an invalid zone. */
function offsetOf(zone: string): number | null {
  if (zone === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE;
}
