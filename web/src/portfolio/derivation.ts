/** Inputs of formulas, as the API names them, in words and numbers. */
import { money, NONE, quantity, signedPercent } from "../format/numbers.ts";

const DATE = /^\d{4}-\d\d-\d\d$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
/** Fractions, which are shown as percent. */
const FRACTION = /return|rate|volatility|deviation/;

/** `start_value` is "Start value". */
export function fieldName(key: string): string {
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value of an input: dollars are decimal texts, fractions and counts are numbers. */
export function fieldText(key: string, value: unknown): string {
  if (value === null || value === undefined) return NONE;
  if (typeof value === "number") {
    return FRACTION.test(key) && key !== "returns" ? signedPercent(value) : quantity(value);
  }
  if (typeof value === "string") return DECIMAL.test(value) && !DATE.test(value) ? money(value) : value;
  return JSON.stringify(value);
}
