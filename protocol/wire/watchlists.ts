/** Requests and answers of the watchlist endpoints. */
import * as z from "zod";
import { wireAsset } from "./assets.ts";
import { plainText } from "./plainText.ts";
import { time, uuid } from "./primitives.ts";

/** Most watchlists of an account, and most symbols of one. */
export const WATCHLISTS_MAX = 200;
export const SYMBOLS_MAX = 500;
const NAME_LENGTH_MAX = 64;
const SYMBOL_LENGTH_MAX = 36;

const name = plainText(NAME_LENGTH_MAX).min(1);
const symbol = z.string().min(1).max(SYMBOL_LENGTH_MAX).meta({ description: "symbol or asset id" });
/** Repeated symbols count once, at their first place. */
const symbols = z.array(symbol).max(2 * SYMBOLS_MAX);

/** Some clients repeat in the body which watchlist the path names. */
const named = { watchlist_id: z.string().optional(), uuid: z.string().optional() };

export const createWatchlistRequest = z.strictObject({ name, symbols: symbols.nullish() }).meta({ id: "NewWatchlist" });

export const updateWatchlistRequest = z
  .strictObject({
    ...named,
    name: name.nullish(),
    symbols: symbols.nullish().meta({ description: "replaces all symbols; left out: they stay" }),
  })
  .meta({ id: "WatchlistUpdate" });

export const addToWatchlistRequest = z.strictObject({ ...named, symbol }).meta({ id: "WatchlistSymbol" });

export const watchlistNameQuery = z.strictObject({ name: z.string({ error: "the name of a watchlist" }) });

/** A watchlist without its assets, as a list of them has it. */
export const wireWatchlistHead = z
  .object({ id: uuid, account_id: uuid, name: z.string(), created_at: time, updated_at: time })
  .meta({ id: "WatchlistHead" });
export type WireWatchlistHead = Readonly<z.infer<typeof wireWatchlistHead>>;

export const wireWatchlist = wireWatchlistHead
  .extend({ assets: z.array(wireAsset).readonly().meta({ description: "in the order of the owner" }) })
  .meta({ id: "Watchlist" });
export type WireWatchlist = Readonly<z.infer<typeof wireWatchlist>>;
