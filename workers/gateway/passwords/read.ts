import type * as z from "zod";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { readBody } from "../../../protocol/http/readRequest.ts";

/** Reads a body with an e-mail. Ends the request when it is wrong; a wrong e-mail has its own error. */
export function readWithEmail<T>(schema: z.ZodType<T>, json: unknown): T {
  const read = readBody(schema, json);
  if (read.ok) return read.value;
  const { error } = read;
  throw new ApiFault(error.reason === "body_field" && error.field === "email" ? { reason: "email_invalid" } : error);
}
