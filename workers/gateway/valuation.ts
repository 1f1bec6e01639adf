import { orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { accountToWire, type Marks, marksOf, positionToWire } from "../../protocol/mapping/accounts.ts";
import type { AccountView, PositionView } from "../../protocol/rpc/account.ts";
import type { WireAccount, WirePosition } from "../../protocol/wire/accounts.ts";
import type { Bindings } from "./context.ts";
import { ask } from "../../protocol/http/apiFault.ts";

/** What one share of each symbol is worth now and was at the last close: one question per book, all at once. */
async function marksBySymbol(env: Bindings, symbols: readonly string[]): Promise<Map<string, Marks>> {
  const marked = [...new Set(symbols)].map(async (symbol): Promise<[string, Marks]> => {
    const top = await ask(() => orderBookObject(env, symbol).top());
    return [symbol, marksOf(requireInstrument(symbol), top)];
  });
  return new Map(await Promise.all(marked));
}

/** The account object of the API, its positions valued now. */
export async function valuedAccount(env: Bindings, view: AccountView): Promise<WireAccount> {
  const before = view.atClose?.lots ?? [];
  const symbols = [...view.positions.map(({ symbol }) => symbol), ...before.map(([symbol]) => symbol)];
  return accountToWire(view, await marksBySymbol(env, symbols), Date.now());
}

/** Positions of an account as the API has them, valued now. */
export async function valuedPositions(
  env: Bindings,
  { atClose }: AccountView,
  positions: readonly PositionView[],
): Promise<WirePosition[]> {
  const symbols = positions.map(({ symbol }) => symbol);
  const marks = await marksBySymbol(env, symbols);
  return positions.flatMap((position) => {
    const mark = marks.get(position.symbol);
    // An account of an earlier release does not say what it had: then all of it.
    const before = atClose === undefined ? position.qty : (new Map(atClose.lots).get(position.symbol) ?? 0);
    return mark === undefined ? [] : positionToWire(position, mark, before);
  });
}
