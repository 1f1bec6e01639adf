/** Watchlists: requests to changes, and watchlists to wire. */
import type { AccountId } from "../../domain/ids.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { fail } from "../../domain/account/entry/refusal.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import { type Read, readBody } from "../http/readRequest.ts";
import type { AccountNotice } from "../rpc/relay.ts";
import type { Watchlist, WatchlistChange, WatchlistKey } from "../rpc/watchlists.ts";
import {
  addToWatchlistRequest,
  createWatchlistRequest,
  updateWatchlistRequest,
  type WireWatchlist,
  type WireWatchlistHead,
} from "../wire/watchlists.ts";
import { assetToWire } from "./assets.ts";

/** A change; or an error of the body, or of a symbol in it. */
type ReadChange = Read<WatchlistChange> | Outcome<WatchlistChange>;

/** Reads the body that creates a watchlist. An unlisted symbol is refused. */
export function creationFromBody(body: unknown, instruments: Instruments): ReadChange {
  const read = readBody(createWatchlistRequest, body);
  if (!read.ok) return read;
  const symbols = listed(read.value.symbols ?? [], instruments);
  return symbols.ok ? { ok: true, value: { kind: "create", name: read.value.name, symbols: symbols.value } } : symbols;
}

/** Reads the body that sets the name or the symbols of a watchlist. */
export function updateFromBody(of: WatchlistKey, body: unknown, instruments: Instruments): ReadChange {
  const read = readBody(updateWatchlistRequest, body);
  if (!read.ok) return read;
  const { name = null, symbols: asked = null } = read.value;
  if (asked === null) return { ok: true, value: { kind: "update", of, name, symbols: null } };
  const symbols = listed(asked, instruments);
  return symbols.ok ? { ok: true, value: { kind: "update", of, name, symbols: symbols.value } } : symbols;
}

/** Reads the body that appends a symbol to a watchlist. */
export function additionFromBody(of: WatchlistKey, body: unknown, instruments: Instruments): ReadChange {
  const read = readBody(addToWatchlistRequest, body);
  if (!read.ok) return read;
  const symbols = listed([read.value.symbol], instruments);
  return symbols.ok ? { ok: true, value: { kind: "add", of, symbol: symbols.value[0] ?? "" } } : symbols;
}

/** The listed symbols of names. Delisted ones are kept, because they may be in a list that is sent back. */
function listed(names: readonly string[], instruments: Instruments): Outcome<readonly string[]> {
  const symbols: string[] = [];
  for (const name of names) {
    const found = instruments.find(name);
    if (found === undefined) return fail({ reason: "asset_not_found", symbol: name });
    symbols.push(found.symbol);
  }
  return { ok: true, value: symbols };
}

/** A watchlist without its assets. */
export function watchlistHeadToWire(accountId: AccountId, list: Watchlist): WireWatchlistHead {
  return {
    id: list.id,
    account_id: accountId,
    name: list.name,
    created_at: new Date(list.createdAt).toISOString(),
    updated_at: new Date(list.updatedAt).toISOString(),
  };
}

/** The watchlist object with its assets. A symbol that is unknown here, because it was listed just now, is left out. */
export function watchlistToWire(accountId: AccountId, list: Watchlist, instruments: Instruments): WireWatchlist {
  const assets = list.symbols.flatMap((symbol) => {
    const found = instruments.find(symbol);
    return found === undefined ? [] : [assetToWire(found)];
  });
  return { ...watchlistHeadToWire(accountId, list), assets };
}

/** The notice of a change of a watchlist, with its symbols in their order. */
export function watchlistNotice(
  accountId: AccountId,
  { event, watchlist }: { readonly event: "created" | "updated" | "deleted"; readonly watchlist: Watchlist },
): AccountNotice {
  const { symbols } = watchlist;
  return {
    stream: "watchlist_updates",
    data: { event, watchlist: { ...watchlistHeadToWire(accountId, watchlist), symbols } },
  };
}
