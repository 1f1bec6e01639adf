/** The feed of a data stream: what `*` stands for, and which symbols it has. */
import type { Instruments } from "../../../domain/market/instruments.ts";
import { InstrumentList } from "../../../domain/market/instruments.ts";
import { TEST_INSTRUMENT, TEST_SYMBOL } from "../../../domain/market/testFeed.ts";
import type { Channel, Channels } from "../../../protocol/stream/channels.ts";
import type { DataFeed } from "../../../protocol/stream/permissions.ts";

const TEST_INSTRUMENTS = new InstrumentList([TEST_INSTRUMENT]);

/** The coins of a list, which `*` stands for on the sockets of coins. Shares can be named there, too. */
const ofCoins = new WeakMap<Instruments, Instruments>();

/** What is listed on a feed. */
export function instrumentsOf(feed: DataFeed | undefined, instruments: Instruments): Instruments {
  if (feed === "test") return TEST_INSTRUMENTS;
  if (feed !== "crypto") return instruments;
  const known = ofCoins.get(instruments);
  if (known !== undefined) return known;
  const all = instruments.all.filter(({ symbol }) => isCoin(symbol));
  const coins: Instruments = { all, find: (name) => instruments.find(name) };
  ofCoins.set(instruments, coins);
  return coins;
}

/** Whether `*` includes a symbol. */
export function includesAll(feed: DataFeed | undefined, symbol: string): boolean {
  if (feed === "test") return symbol === TEST_SYMBOL;
  return feed !== "crypto" || isCoin(symbol);
}

/** Whether a session subscribes to a channel of a symbol. */
export function subscribesTo(
  { channels, feed }: { readonly channels: Channels; readonly feed?: DataFeed },
  channel: Channel,
  symbol: string,
): boolean {
  const names = channels[channel];
  return names.includes(symbol) || (names.includes("*") && includesAll(feed, symbol));
}

const isCoin = (symbol: string): boolean => symbol.includes("/");
