/**
 * Exact numbers. Inside the exchange every amount is an integer below 2^53: prices and cash in 1/10,000 dollar,
 * quantities in lots of 10^-qtyDecimals. Decimal strings exist only at the edge.
 */

/** Decimals of a price and of cash: one unit is 1/10,000 dollar. */
export const PRICE_DECIMALS = 4;

const DECIMAL = /^([+-]?)(\d{1,30})(?:\.(\d{1,30}))?$/;

/**
 * Reads a decimal string as an integer count of 10^-decimals.
 * Returns `"malformed"` for text that is not a plain decimal, `"inexact"` for too many decimals (trailing zeros do not
 * count), `"overflow"` for an integer outside the exact range of ±(2^53 - 1).
 */
export function parseDecimal(text: string, decimals: number): number | "malformed" | "inexact" | "overflow" {
  const match = DECIMAL.exec(text);
  if (match === null) return "malformed";
  const [, sign, whole = "", fraction = ""] = match;
  const kept = fraction.slice(0, decimals).padEnd(decimals, "0");
  if (/[1-9]/.test(fraction.slice(decimals))) return "inexact";
  const digits = (whole + kept).replace(/^0+(?=\d)/, "");
  if (digits.length > 16) return "overflow";
  const value = Number(digits);
  if (value > Number.MAX_SAFE_INTEGER) return "overflow";
  return sign === "-" && value !== 0 ? -value : value;
}

/**
 * Writes an integer count of 10^-decimals as a plain decimal string without trailing zeros: `1234500, 4` → `"123.45"`.
 */
export function formatDecimal(value: number | bigint, decimals: number): string {
  if (Number.isSafeInteger(value)) return formatNumber(Number(value), decimals);
  const negative = value < 0;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return (negative ? "-" : "") + (fraction === "" ? whole : `${whole}.${fraction}`);
}

/** The same for a safe integer. */
function formatNumber(value: number, decimals: number): string {
  const scale = 10 ** decimals;
  const rest = Math.abs(value) % scale;
  const sign = value < 0 ? "-" : "";
  const whole = `${sign}${(Math.abs(value) - rest) / scale}`;
  if (rest === 0) return whole;
  let fraction = String(rest).padStart(decimals, "0");
  while (fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return `${whole}.${fraction}`;
}

/** `a × b / divisor` rounded half-even: the one rounding of a money product. Throws RangeError outside ±(2^53 - 1). */
export function mulDivHalfEven(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product) && product >= 0) {
    const quotient = Math.floor(product / divisor);
    const twice = (product - quotient * divisor) * 2;
    if (twice < divisor) return quotient;
    return twice > divisor || quotient % 2 === 1 ? quotient + 1 : quotient;
  }
  return toSafe(divideHalfEven(BigInt(a) * BigInt(b), BigInt(divisor)));
}

/** `a × b / divisor` rounded up, for amounts that must cover a later cost (holds). Takes a, b ≥ 0. */
export function mulDivCeil(a: number, b: number, divisor: number): number {
  const product = BigInt(a) * BigInt(b);
  const d = BigInt(divisor);
  return toSafe((product + d - 1n) / d);
}

/** Exact big quotient rounded half-even (banker's rounding: ties go to the even neighbour). `divisor` > 0. */
export function divideHalfEven(value: bigint, divisor: bigint): bigint {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const quotient = magnitude / divisor;
  const twice = (magnitude % divisor) * 2n;
  const rounded = twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}

function toSafe(value: bigint): number {
  const result = Number(value);
  if (!Number.isSafeInteger(result)) throw new RangeError("amount outside the exact range");
  return result;
}
