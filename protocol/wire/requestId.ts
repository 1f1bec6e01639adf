/** Ids that a client gives to its frames and commands. */
import * as z from "zod";

const REQUEST_ID = /^[\w.-]{1,64}$/;

export function isRequestId(value: unknown): value is string {
  return typeof value === "string" && REQUEST_ID.test(value);
}

export const requestId = z
  .string()
  .regex(REQUEST_ID, { error: "1 to 64 letters, digits, dots, hyphens and underscores" })
  .meta({ description: "1 to 64 letters, digits, `.`, `-` and `_`; unique for the life of the account" });
