/** Numbers of variable length in bytes: seven bits a byte, lowest first, by arithmetic, because they have up to 53 bits. */

/** A place in bytes, which reading and writing move. */
export interface Place {
  readonly bytes: Uint8Array;
  at: number;
}

/** The part of a bigint that one number holds. */
const LOW = 1n << 49n;

/** A whole number from 0 to 2^53 - 1; at most eight bytes. */
export function writeNumber(place: Place, value: number): void {
  let rest = value;
  while (rest >= 128) {
    place.bytes[place.at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  place.bytes[place.at++] = rest;
}

/** A whole number of either sign. */
export function writeSigned(place: Place, value: number): void {
  writeNumber(place, value < 0 ? -2 * value - 1 : 2 * value);
}

/** A bigint from 0 to 2^102 - 1; at most sixteen bytes. */
export function writeBig(place: Place, value: bigint): void {
  writeNumber(place, Number(value / LOW));
  writeNumber(place, Number(value % LOW));
}

/** Throws when the bytes end early. */
export function readNumber(place: Place): number {
  let [value, unit] = [0, 1];
  for (;;) {
    const byte = readByte(place);
    value += (byte & 127) * unit;
    if (byte < 128) return value;
    unit *= 128;
  }
}

/** Throws when the bytes end early. */
export function readSigned(place: Place): number {
  const value = readNumber(place);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** Throws when the bytes end early. */
export function readBig(place: Place): bigint {
  const high = BigInt(readNumber(place));
  return high * LOW + BigInt(readNumber(place));
}

/** Throws at the end. */
export function readByte(place: Place): number {
  const byte = place.bytes[place.at++];
  if (byte === undefined) throw new Error("packed bytes end early");
  return byte;
}
