/** The sealed history of a running exchange, over its API. */
import * as z from "zod";
import { wireBar } from "../../protocol/wire/bars.ts";
import { wireSealedMonth, wireSealedMonths } from "../../protocol/wire/sealedHistory.ts";
import type { Exchange } from "../verify/exchange.ts";
import type { HistorySource } from "./run.ts";

const Bars = z.object({ bars: z.record(z.string(), z.array(wireBar)) });

export function historySource({ symbols, must, bytes }: Pick<Exchange, "symbols" | "must" | "bytes">): HistorySource {
  const pathOf = (symbol: string): string => `/v1/audit/history/${encodeURIComponent(symbol)}`;
  return {
    now: () => Date.now(),
    symbols,
    months: async (symbol) => (await must(pathOf(symbol), wireSealedMonths)).months,
    month: (symbol, month) => must(`${pathOf(symbol)}/${month}`, wireSealedMonth),
    file: (symbol, month, first, kind) => bytes(`${pathOf(symbol)}/${month}/${first}/${kind}`),
    minuteBars: async (symbol, from, to) => {
      const [start, end] = [from, to].map((at) => new Date(at).toISOString());
      const query = new URLSearchParams({ symbols: symbol, timeframe: "1Min", limit: "10000" });
      query.set("start", start ?? "");
      query.set("end", end ?? "");
      return (await must(`/v1beta3/crypto/us/bars?${query.toString()}`, Bars)).bars[symbol] ?? [];
    },
  };
}
