import type { Context } from "hono";
import { listedInstruments } from "../../durable-objects/instrumentCache/cachedInstruments.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";

export interface QuotesHono {
  Bindings: QuotesEnv;
}

export type QuotesContext = Context<QuotesHono>;

/** The listed symbols of these names; unlisted names are left out. */
export async function listedSymbols(env: QuotesEnv, names: readonly string[]): Promise<string[]> {
  const instruments = await listedInstruments(env, "quotes");
  return [...new Set(names.flatMap((name) => instruments.find(name)?.symbol ?? []))];
}

/** The listed symbol that a path names; an unlisted name ends the request with an error. */
export async function listedSymbol(env: QuotesEnv, name: string): Promise<string> {
  const [symbol] = await listedSymbols(env, [name]);
  if (symbol === undefined) throw new ApiFault({ reason: "symbol_not_found", symbol: name });
  return symbol;
}
