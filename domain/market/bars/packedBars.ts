/**
 * Bars as bytes: a version, the count, and of each bar what differs from the one before. About 30 bytes a bar. The times
 * of the first and the last trade are not among them: `timesOf` gives them back.
 */
import type { Bar } from "./bar.ts";
import {
  readBig,
  readByte,
  readNumber,
  readSigned,
  writeBig,
  writeNumber,
  writeSigned,
  type Place,
} from "./packedNumbers.ts";

const VERSION = 1;
/** Six numbers of at most eight bytes, and two of at most sixteen. */
const LONGEST_BAR = 80;
const LONGEST_HEAD = 9;

/** The times of the first and the last trade of a bar. */
export type BarTimes = Pick<Bar, "firstAt" | "lastAt">;

/** The bytes of bars in order of time. Throws when they are not. */
export function packBars(bars: readonly Bar[]): Uint8Array {
  const place: Place = { bytes: new Uint8Array(LONGEST_HEAD + LONGEST_BAR * bars.length), at: 0 };
  place.bytes[place.at++] = VERSION;
  writeNumber(place, bars.length);
  let last = { at: 0, close: 0 };
  for (const bar of bars) {
    if (bar.at < last.at) throw new Error(`a bar of ${bar.at} follows one of ${last.at}`);
    writeNumber(place, bar.at - last.at);
    writeSigned(place, bar.open - last.close);
    writeSigned(place, bar.close - bar.open);
    writeNumber(place, bar.high - Math.max(bar.open, bar.close));
    writeNumber(place, Math.min(bar.open, bar.close) - bar.low);
    writeNumber(place, bar.count);
    writeBig(place, bar.volume);
    writeBig(place, bar.turnover);
    last = bar;
  }
  return place.bytes.slice(0, place.at);
}

/** The bars of bytes that `packBars` made; `timesOf` a bar by its beginning. Throws on any other bytes. */
export function unpackBars(bytes: Uint8Array, timesOf: (at: number) => BarTimes): Bar[] {
  const place: Place = { bytes, at: 0 };
  const version = readByte(place);
  if (version !== VERSION) throw new Error(`bars of version ${version} are not known to this release`);
  const count = readNumber(place);
  const bars: Bar[] = [];
  let last = { at: 0, close: 0 };
  for (let nth = 0; nth < count; nth++) {
    const at = last.at + readNumber(place);
    const open = last.close + readSigned(place);
    const close = open + readSigned(place);
    const high = Math.max(open, close) + readNumber(place);
    const low = Math.min(open, close) - readNumber(place);
    const trades = readNumber(place);
    const [volume, turnover] = [readBig(place), readBig(place)];
    const { firstAt, lastAt } = timesOf(at);
    const bar = { at, open, high, low, close, volume, turnover, count: trades, firstAt, lastAt };
    bars.push(bar);
    last = bar;
  }
  if (place.at !== bytes.length) throw new Error("bytes follow the last bar");
  return bars;
}
