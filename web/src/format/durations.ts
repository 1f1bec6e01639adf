/** Spans of time in few letters, and the clock of New York. */
import { NONE } from "./numbers.ts";

const NEW_YORK = new Intl.DateTimeFormat(globalThis.navigator?.language ?? "en-US", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZone: "America/New_York",
  timeZoneName: "short",
});

/** Hours, minutes and seconds in New York, with the name of the zone. */
export const newYorkClock = (time: number): string => NEW_YORK.format(time);

/** 12 s, 3:05 (minutes), 2:03:05 (hours), 3 d 4 h. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [minutes, hours, days] = [60, 3_600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  const two = (value: number): string => String(value).padStart(2, "0");
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes}:${two(seconds % 60)}`;
  if (days === 0) return `${hours}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return `${days} d ${hours % 24} h`;
}

/** 42 ms, 3.4 ms; a dash when it is not known. */
export function milliseconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return NONE;
  return `${ms < 9.95 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
