/** Reads the newest top and bars of a symbol, without waking its book. */
import { orderBookObject, priceBoardObject, tapeIndexObject } from "../../../durable-objects/actor/namespaces.ts";
import { listedInstruments } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import { latestBarsToWire } from "../../../protocol/mapping/bars.ts";
import type { WireLatestBars } from "../../../protocol/wire/bars.ts";
import type { BookTop } from "../../../protocol/rpc/orderBook.ts";
import { boardOf, type BoardValues } from "../../../protocol/rpc/priceBoard.ts";
import type { ConcurrencyLimiter } from "../relay/concurrencyLimiter.ts";
import type { BoardBatch } from "./boardBatch.ts";
import type { RequestScope } from "./sharedReads.ts";

/** The newest data of a symbol: a second old at most, its bars some more. */
export interface SymbolValues {
  readonly top: BookTop;
  readonly bars: WireLatestBars;
}

/** The request that reads: what it has read of boards, and how many other objects it calls at once. */
export interface ReadScope extends RequestScope {
  readonly boards: BoardBatch;
  readonly gate: ConcurrencyLimiter;
}

type Objects = Parameters<typeof listedInstruments>[0] &
  Parameters<typeof orderBookObject>[0] &
  Parameters<typeof priceBoardObject>[0] &
  Parameters<typeof tapeIndexObject>[0];

/**
 * The values that the board of the symbol has. What it does not know is read of the book, which then tells its board, and
 * of the tapes.
 */
export async function readValues(env: Objects, symbol: string, scope: ReadScope): Promise<SymbolValues> {
  // A board has what the own book shows: an externally priced symbol shows its feed.
  const isExternal = (await listedInstruments(env, "quotes")).find(symbol)?.priceSource === "feed";
  const told = isExternal ? null : await scope.boards.load(symbol);
  if (told?.bars) return { top: told.top, bars: told.bars };
  return scope.gate.run("", async () => {
    const [top, bars] = await Promise.all([
      told?.top ?? readTop(env, symbol, scope),
      readBars(env, symbol, told, scope),
    ]);
    return { top, bars };
  });
}

/** Reads the top of a book, and counts it. */
export function readTop(env: Objects, symbol: string, { counts }: RequestScope): Promise<BookTop> {
  counts.book++;
  return orderBookObject(env, symbol).top();
}

async function readBars(
  env: Objects,
  symbol: string,
  told: BoardValues | null,
  scope: RequestScope,
): Promise<WireLatestBars> {
  const bars = latestBarsToWire(symbol, await tapeIndexObject(env, symbol).latest());
  const learned = (): Promise<void> => priceBoardObject(env, boardOf(symbol)).learnBars(bars);
  if (told !== null) scope.waitUntil(learned().catch(() => undefined));
  return bars;
}
