/** Cursors of clients: the number of the last event that they have, as a string or a number. */
import * as z from "zod";

/** A client's cursor; null without one. The stream refuses "malformed" with an error of its own. */
export type Cursor = number | "malformed" | null;

export const cursorText = z
  .unknown()
  .optional()
  .meta({
    description: "number of the last event that you have, as text or as a number: the stream continues after it",
  })
  .transform(readCursor);

function readCursor(given: unknown): Cursor {
  if (given === undefined || given === null) return null;
  if (typeof given === "string" && !/^\d{1,16}$/.test(given)) return "malformed";
  if (typeof given !== "string" && typeof given !== "number" && typeof given !== "bigint") return "malformed";
  const cursor = Number(given);
  return Number.isSafeInteger(cursor) && cursor >= 0 ? cursor : "malformed";
}
