/** Amounts as clients send them: `1`, `1.0`, `"1"`, `1e-7`. */
import * as z from "zod";

/** Longest amount accepted as text: more digits than any amount of the exchange has. */
export const AMOUNT_LENGTH_MAX = 64;
/** Larger exponents are not expanded, so that validation refuses them. */
const EXPONENT_MAX = 30;

const PLAIN = /^[+-]?\d+(?:\.\d+)?$/;
/** With an exponent, or nothing on one side of the point. */
const OTHER_FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * The plain decimal string of an amount: a number by its shortest round-trip digits, exponents expanded (`1e-7` →
 * `"0.0000001"`), a zero where a side of the point has no digit (`.5` → `"0.5"`). Other text is returned unchanged;
 * validation refuses it.
 */
export function plainDecimal(amount: number | string): string {
  const text = String(amount).trim();
  if (PLAIN.test(text)) return text;
  const match = OTHER_FORM.exec(text);
  const [, sign, whole = "", fraction = "", exponentText = "0"] = match ?? [];
  if (whole + fraction === "") return text;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > EXPONENT_MAX) return text;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const integer = digits.slice(0, Math.max(point, 0)).padEnd(Math.max(point, 1), "0");
  const decimals = point < 0 ? "0".repeat(-point) + digits : digits.slice(point);
  return `${sign}${integer}${decimals === "" ? "" : `.${decimals}`}`;
}

/** An amount in a request body: a finite JSON number or a string, read as its plain decimal string. */
export const decimalInput = z
  .union([z.number(), z.string().max(AMOUNT_LENGTH_MAX)])
  .transform(plainDecimal)
  .meta({ description: "a decimal, as a number or a string", examples: ["100.5"] });
