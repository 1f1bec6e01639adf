import type { Context } from "hono";
import { findInstrument } from "../../domain/market/listing.ts";
import { canonicalSymbol } from "../../protocol/mapping/assets.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";

export interface QuotesHono {
  Bindings: QuotesEnv;
}

export type QuotesContext = Context<QuotesHono>;

/** The listed symbol that a path names; the request ends when there is none. */
export function listedSymbol(text: string): string {
  const symbol = canonicalSymbol(text);
  if (findInstrument(symbol) === undefined) throw new ApiFault({ reason: "symbol_not_found", symbol });
  return symbol;
}
