/** Exact decimals as whole numbers, written for the recomputation alone: it shares no code with the exchange. */

const DECIMALS = 9;
const SCALE = 10n ** BigInt(DECIMALS);

/** A decimal text in units of 10^-9; throws for anything else, so that no row is passed over. */
export function unitsOf(text: unknown): bigint {
  const match = typeof text === "string" ? /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text) : null;
  if (match === null) throw new Error(`not a decimal: ${String(text)}`);
  const [, sign = "", whole = "", fraction = ""] = match;
  const units = BigInt(whole) * SCALE + BigInt(fraction.padEnd(DECIMALS, "0"));
  return sign === "-" ? -units : units;
}

/** The decimal text of units, without trailing zeros. */
export function textOf(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(DECIMALS + 1, "0");
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -DECIMALS)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A ten-thousandth of a dollar: the smallest amount of cash. */
const SMALLEST = SCALE / 10_000n;

/** `whole` × `part` ÷ `of`, rounded half-even to the smallest amount of cash. */
export function shareOf(whole: bigint, part: bigint, of: bigint): bigint {
  const [number, divisor] = [whole * part, of * SMALLEST];
  const magnitude = number < 0n ? -number : number;
  let rounded = magnitude / divisor;
  const twice = (magnitude % divisor) * 2n;
  if (twice > divisor || (twice === divisor && rounded % 2n === 1n)) rounded += 1n;
  return (number < 0n ? -rounded : rounded) * SMALLEST;
}
