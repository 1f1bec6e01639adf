import type * as z from "zod";
import { unwrap } from "../../protocol/http/apiFault.ts";
import { readQuery } from "../../protocol/http/readRequest.ts";
import type { AppContext } from "./context.ts";

/** Reads the query by a schema. A wrong or unknown parameter ends the request. */
export function queryOf<S extends z.ZodType>(c: AppContext, schema: S): z.output<S> {
  return unwrap(readQuery(schema, new URL(c.req.url).searchParams));
}
