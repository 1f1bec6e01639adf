import { accountToWire, type ListedMarks, marksOf, positionToWire } from "../../protocol/mapping/accounts.ts";
import type { AccountView, PositionView } from "../../protocol/rpc/account.ts";
import type { WireAccount, WirePosition } from "../../protocol/wire/accounts.ts";
import type { Bindings } from "./context.ts";
import { ofEachBook } from "./portfolio/eachBook.ts";
import { keepTop, lastValues } from "./portfolio/lastValues.ts";

/**
 * Current and last closing prices by symbol: of few symbols from their books, one call each; of many from boards, up to two
 * seconds old.
 */
export async function marksBySymbol(env: Bindings, symbols: readonly string[]): Promise<Map<string, ListedMarks>> {
  const values = await lastValues(env, symbols, Date.now());
  return ofEachBook(env, symbols, async (book, instrument) => {
    const { symbol } = instrument;
    let top = values.top(symbol);
    if (top === undefined) keepTop(env, symbol, (top = await book.top()));
    return marksOf(instrument, top);
  });
}

/** The API's account object, with positions valued at current prices. */
export async function valuedAccount(env: Bindings, view: AccountView): Promise<WireAccount> {
  const before = view.atClose?.lots ?? [];
  const symbols = [...view.positions.map(({ symbol }) => symbol), ...before.map(([symbol]) => symbol)];
  return accountToWire(view, await marksBySymbol(env, symbols), Date.now());
}

/** The API's positions, valued at current prices. */
export async function valuedPositions(
  env: Bindings,
  { atClose }: AccountView,
  positions: readonly PositionView[],
): Promise<WirePosition[]> {
  const symbols = positions.map(({ symbol }) => symbol);
  const marks = await marksBySymbol(env, symbols);
  return positions.flatMap((position) => {
    const mark = marks.get(position.symbol);
    // An account of an earlier release does not tell its positions at the close: all of it counts as held then.
    const before = atClose === undefined ? position.qty : (new Map(atClose.lots).get(position.symbol) ?? 0);
    return mark === undefined ? [] : positionToWire(position, mark, before);
  });
}
