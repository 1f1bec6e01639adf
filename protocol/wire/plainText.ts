import * as z from "zod";
import { hasHiddenCharacters } from "./hiddenCharacters.ts";

/**
 * The one type of free text that somebody else may be shown: names, labels, references, ids of a client's own. At most
 * `max` long, without control characters and without what nobody sees (hiddenCharacters.ts).
 */
export function plainText(max: number) {
  return z
    .string()
    .max(max)
    .refine((text) => !hasHiddenCharacters(text), { error: "text without control or invisible characters" });
}
