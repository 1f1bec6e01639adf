import * as z from "zod";
import { hasHiddenCharacters } from "./hiddenCharacters.ts";

/**
 * Free text that another user may see: names, labels, references, client ids. At most `max` long, without control
 * characters and invisible ones (hiddenCharacters.ts).
 */
export function plainText(max: number) {
  return (
    z
      .string()
      // A longer text is not looked at.
      .max(max, { abort: true })
      .refine((text) => !hasHiddenCharacters(text), { error: "text without control or invisible characters" })
  );
}
