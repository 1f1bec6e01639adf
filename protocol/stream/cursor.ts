/** Cursors as clients send them: the number of the last event they have. A string or a number; absent for none. */
import * as z from "zod";

/** What a client says it has seen last; "malformed" is for the stream to refuse in its own words. */
export type Cursor = number | "malformed" | null;

export const cursorText = z
  .unknown()
  .optional()
  .meta({ description: "number of the last event you have, as text or as a number: what came after it is sent first" })
  .transform(readCursor);

function readCursor(given: unknown): Cursor {
  if (given === undefined || given === null) return null;
  if (typeof given === "string" && !/^\d{1,16}$/.test(given)) return "malformed";
  if (typeof given !== "string" && typeof given !== "number" && typeof given !== "bigint") return "malformed";
  const cursor = Number(given);
  return Number.isSafeInteger(cursor) && cursor >= 0 ? cursor : "malformed";
}
