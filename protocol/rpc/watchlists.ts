/** RPC of an account about its watchlists. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { Principal } from "../auth/principal.ts";

/** A list of symbols with a name, as its owner ordered them. Times in epoch milliseconds. */
export interface Watchlist {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  /** Listed symbols, each once. */
  readonly symbols: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A watchlist by its id, or by its name. */
export type WatchlistKey = { readonly id: string } | { readonly name: string };

export type WatchlistChange =
  | { readonly kind: "create"; readonly name: string; readonly symbols: readonly string[] }
  /** Sets name, symbols or both; null: unchanged. */
  | {
      readonly kind: "update";
      readonly of: WatchlistKey;
      readonly name: string | null;
      readonly symbols: readonly string[] | null;
    }
  /** Appends a symbol; one that is in the list already stays where it is. */
  | { readonly kind: "add"; readonly of: WatchlistKey; readonly symbol: string }
  | { readonly kind: "remove"; readonly of: WatchlistKey; readonly symbol: string }
  | { readonly kind: "delete"; readonly of: WatchlistKey };

export interface WatchlistRpc {
  /** Every watchlist, in the order of creation. */
  watchlists(): Promise<Watchlist[]>;
  watchlist(key: WatchlistKey): Promise<Watchlist | null>;
  /** Changes a watchlist and returns it as it is then; a deleted one as it was. */
  changeWatchlist(principal: Principal, change: WatchlistChange): Promise<Outcome<Watchlist>>;
}
