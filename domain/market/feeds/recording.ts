/**
 * A recorded day: JSON Lines. The first line is the header, every other line an element as the data stream sends it
 * (`T`: `q`, `t` or `s`), in the order of its times. Elements of other kinds are passed over.
 */

export const RECORDING_FORMAT = "edge-feed/1";

/** The header of a recorded day. */
export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  /** The day in New York, `2026-11-30`. */
  readonly day: string;
  /** Where it comes from, for people. */
  readonly source: string;
}

/** The header in the first line. Throws on another format. */
export function readHeader(line: string): RecordingHeader {
  const header = JSON.parse(line) as Partial<RecordingHeader>;
  if (header.format !== RECORDING_FORMAT) throw new Error(`no recorded day: format ${String(header.format)}`);
  return { format: RECORDING_FORMAT, day: String(header.day), source: String(header.source) };
}

/** When the elements of a recorded day are due: the first one at `startedAt`, the others as fast as `speed` says. */
export class ReplayClock {
  readonly #startedAt: number;
  readonly #speed: number;
  #first: number | null = null;

  /** `speed`: 1 as it was, 10 ten times as fast. Throws when it is not above zero. */
  constructor(startedAt: number, speed: number) {
    if (!(speed > 0)) throw new Error(`a recorded day is played at a speed above zero: ${speed}`);
    this.#startedAt = startedAt;
    this.#speed = speed;
  }

  /** The time at which an element with this recorded time is due, in epoch milliseconds. */
  dueAt(recorded: number): number {
    this.#first ??= recorded;
    return this.#startedAt + Math.max(0, recorded - this.#first) / this.#speed;
  }
}
