import { orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { instrumentsHaving } from "../../durable-objects/instrumentCache/cachedInstruments.ts";
import { accountToWire, type ListedMarks, marksOf, positionToWire } from "../../protocol/mapping/accounts.ts";
import type { AccountView, PositionView } from "../../protocol/rpc/account.ts";
import type { WireAccount, WirePosition } from "../../protocol/wire/accounts.ts";
import type { Bindings } from "./context.ts";
import { ApiFault, ask } from "../../protocol/http/apiFault.ts";

/** Current and last closing prices by symbol: one concurrent call per book. */
export async function marksBySymbol(env: Bindings, symbols: readonly string[]): Promise<Map<string, ListedMarks>> {
  const instruments = await instrumentsHaving(env, "gateway", symbols);
  const marked = [...new Set(symbols)].map(async (symbol): Promise<[string, ListedMarks]> => {
    const top = await ask(() => orderBookObject(env, symbol).top());
    const instrument = instruments.find(symbol);
    // Listed since the registry was reached last.
    if (instrument === undefined) throw new ApiFault({ reason: "unavailable" });
    return [symbol, marksOf(instrument, top)];
  });
  return new Map(await Promise.all(marked));
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
