/** The symbols of each channel: what a subscription message adds, removes, and makes the relay fetch. */
import type { Instruments } from "../../../domain/market/instruments.ts";
import { type SubscriptionMessage } from "../../../protocol/stream/data.ts";
import { type Channels, type Channel, eachChannel, CHANNEL_NAMES } from "../../../protocol/stream/channels.ts";
import { NAMES_SHOWN } from "./limits.ts";

/** What to fetch for a session of the books that it subscribed to. */
export interface BackfillRequest {
  /** Symbols with the last sequence that the client has: it gets everything after that. */
  readonly cursors: readonly (readonly [symbol: string, cursor: number])[];
  /** Symbols with their new channels: the client gets the latest element of each, and trades from now on. */
  readonly begins: readonly (readonly [symbol: string, channels: readonly Channel[]])[];
}

/** A list of names for an error text, cut to a readable length: a client may name thousands. */
export function listOf(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  const first = names.slice(0, NAMES_SHOWN).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}

/** What a subscription makes the relay fetch. A cursor counts only for a symbol that the session had no channel of. */
export function backfillRequestOf(
  before: Channels,
  after: Channels,
  message: SubscriptionMessage,
  instruments: Instruments,
): BackfillRequest {
  const had = eachChannel((channel) => symbolsOf(before[channel], instruments));
  const added = new Map<string, Channel[]>();
  for (const channel of CHANNEL_NAMES) {
    for (const symbol of symbolsOf(after[channel], instruments)) {
      if (!had[channel].has(symbol)) added.set(symbol, [...(added.get(symbol) ?? []), channel]);
    }
  }
  const cursors = new Map<string, number>();
  for (const [name, cursor] of Object.entries(message.cursors)) {
    const symbol = listed(name, instruments);
    const known = symbol !== null && CHANNEL_NAMES.some((channel) => had[channel].has(symbol));
    if (symbol === null || typeof cursor !== "number" || known || !added.has(symbol)) continue;
    cursors.set(symbol, cursor);
  }
  return { cursors: [...cursors], begins: [...added].filter(([symbol]) => !cursors.has(symbol)) };
}

/** The symbols that a channel's list means; `*` means all, to which a feed of coins adds the shares that are named. */
export function symbolsOf(names: readonly string[], instruments: Instruments): Set<string> {
  if (!names.includes("*")) return new Set(names);
  const symbols = new Set([...instruments.all.map(({ symbol }) => symbol), ...names]);
  symbols.delete("*");
  return symbols;
}

/** The listed symbol of a name, `*` as it is, null for what is not listed. */
export function listed(name: string, instruments: Instruments): string | null {
  return name === "*" ? name : (instruments.find(name)?.symbol ?? null);
}

export function union(symbols: readonly string[], names: readonly string[], instruments: Instruments): string[] {
  return [
    ...new Set([...symbols, ...names.map((name) => listed(name, instruments)).filter((symbol) => symbol !== null)]),
  ];
}

/** Removes symbols from a channel's list; `*` removes all. */
export function withoutNames(symbols: readonly string[], names: readonly string[], instruments: Instruments): string[] {
  if (names.includes("*")) return [];
  const gone = new Set(names.map((name) => listed(name, instruments) ?? name));
  return symbols.filter((symbol) => !gone.has(symbol));
}
