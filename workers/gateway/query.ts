import type * as z from "zod";
import { unwrap } from "../../protocol/http/apiFault.ts";
import { type Read, readQuery } from "../../protocol/http/readRequest.ts";
import type { AppContext } from "./context.ts";

const NO_PARAMETERS = new URLSearchParams();

/** What each schema reads from a request without a query. */
const ofNone = new WeakMap<z.ZodType, Read<unknown>>();

/** Reads the query by a schema. A wrong or unknown parameter ends the request. */
export function queryOf<S extends z.ZodType>(c: AppContext, schema: S): Readonly<z.output<S>> {
  const { url } = c.req;
  if (url.includes("?")) return unwrap(readQuery(schema, new URL(url).searchParams));
  let read = ofNone.get(schema) as Read<z.output<S>> | undefined;
  if (read === undefined) ofNone.set(schema, (read = readQuery(schema, NO_PARAMETERS)));
  return unwrap(read);
}
