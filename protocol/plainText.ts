import * as z from "zod";

// oxlint-disable-next-line no-control-regex -- these are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Text that every store and log can hold as it is: no control characters, no broken Unicode, at most `max` long. */
export function plainText(max: number) {
  return z
    .string()
    .max(max)
    .refine((text) => !CONTROL.test(text) && text.isWellFormed());
}
