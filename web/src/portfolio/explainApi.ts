/** Reads what a figure is made of. */
import type * as z from "zod";
import type { wireExplanation } from "../../../protocol/wire/performance.ts";
import { call } from "../api/client.ts";
import { accountId } from "../api/session.ts";

export type Explanation = Readonly<z.infer<typeof wireExplanation>>;

/** Which figure, of what and of which time. */
export interface ExplainQuery {
  readonly figure: string;
  readonly symbol?: string | undefined;
  /** Bounds as the query of the API has them, such as `period=1M`. */
  readonly range?: Readonly<Record<string, string>> | undefined;
}

const ROWS = "200";

export function explain(query: ExplainQuery, place: string | null = null): Promise<Explanation> {
  const given = new URLSearchParams({ figure: query.figure, limit: ROWS, ...query.range });
  if (query.symbol !== undefined) given.set("symbol", query.symbol);
  if (place !== null) given.set("page_token", place);
  return call<Explanation>("GET", `/v1/portfolio/explain?${given}`, { account: accountId() });
}
