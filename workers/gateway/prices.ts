import { orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { accountToWire, marketPrice } from "../../protocol/accounts.ts";
import type { AccountView, PositionView } from "../../protocol/rpc.ts";
import type { WireAccount } from "../../protocol/wire/accounts.ts";
import type { Bindings } from "./context.ts";
import { ask } from "../../protocol/fault.ts";

/** What one share of each position is worth now, by symbol, in 1/10,000 dollar: one question per book, all at once. */
export async function pricesOf(env: Bindings, positions: readonly PositionView[]): Promise<Map<string, number>> {
  const priced = positions.map(async ({ symbol }): Promise<[string, number]> => {
    const top = await ask(() => orderBookObject(env, symbol).top());
    return [symbol, marketPrice(requireInstrument(symbol), top)];
  });
  return new Map(await Promise.all(priced));
}

/** The account object of the API, its positions valued now. */
export async function valuedAccount(env: Bindings, view: AccountView): Promise<WireAccount> {
  return accountToWire(view, await pricesOf(env, view.positions), Date.now());
}
