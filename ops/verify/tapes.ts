import type { Exchange } from "./exchange.ts";
import { inTurns } from "./inTurns.ts";

/** A sentence for each gap in the trades that the tapes of symbols have (MD-54). */
export async function missingTrades(exchange: Pick<Exchange, "gaps">, symbols: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  await inTurns(symbols, async (symbol) => {
    for (const { after, before } of await exchange.gaps(symbol)) {
      found.push(`the tape of ${symbol} lacks the trades between ${after} and ${before}`);
    }
  });
  return found.sort();
}
