import type { Context } from "hono";
import { listedInstruments } from "../../durable-objects/instrumentCache/cachedInstruments.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";

export interface QuotesHono {
  Bindings: QuotesEnv;
}

export type QuotesContext = Context<QuotesHono>;

/** The symbols that names stand for; what was never listed is left out. */
export async function listedSymbols(env: QuotesEnv, names: readonly string[]): Promise<string[]> {
  const instruments = await listedInstruments(env, "quotes");
  return [...new Set(names.flatMap((name) => instruments.find(name)?.symbol ?? []))];
}

/** The listed symbol that a path names; the request ends when there is none. */
export async function listedSymbol(env: QuotesEnv, name: string): Promise<string> {
  const [symbol] = await listedSymbols(env, [name]);
  if (symbol === undefined) throw new ApiFault({ reason: "symbol_not_found", symbol: name });
  return symbol;
}
