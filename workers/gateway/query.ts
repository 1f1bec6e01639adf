import type * as z from "zod";
import { wellFormed } from "../../protocol/fault.ts";
import { readQuery } from "../../protocol/read.ts";
import type { AppContext } from "./context.ts";

/** The query by its schema; a parameter that is wrong or unknown ends the request. */
export function queryOf<S extends z.ZodType>(c: AppContext, schema: S): z.output<S> {
  return wellFormed(readQuery(schema, new URL(c.req.url).searchParams));
}
