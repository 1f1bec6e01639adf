import { hashText } from "../../domain/ids.ts";

const HEX = 16;
const DIGITS = 8;

/** The hash of the text of the tax lots of a symbol, by which account and audit trail are compared. */
export function lotsHash(text: string): string {
  return (hashText(text) >>> 0).toString(HEX).padStart(DIGITS, "0");
}
