/** What the contract suite asks of a client's streams of market data. */
import { expect } from "vitest";
import type { Channel } from "../../../../protocol/stream/channels.ts";
import { type Any, numbers } from "../probes.ts";
import type { Trader } from "../../exchange.ts";

/** Share and coin whose market the suite moves, and the symbol of the test feed. */
export const SHARE = "MSFT";
export const COIN = "BTC/USD";
export const FAKE = "FAKEPACA";

/** A stream that is open. */
export interface OpenStream {
  /** The channels that the exchange has acknowledged. */
  acknowledged(): readonly string[];
  close(): unknown;
}

/** A client at one of its sockets. */
export interface StreamClient {
  readonly name: string;
  readonly symbol: string;
  /** Every channel that the client can subscribe to there. */
  readonly channels: readonly Channel[];
  /** Subscribes to all of them, and passes on what the client makes of each element. */
  readonly open: (
    at: { readonly url: string; readonly streamUrl: string; readonly trader: Trader },
    saw: (channel: Channel, element: Any) => void,
  ) => OpenStream | Promise<OpenStream>;
  /** Throws when an element is not what the client documents. */
  readonly check: (channel: Channel, element: Any) => void;
}

/** Nothing happens on these: no trade is late, corrected or busted. They are acknowledged. */
export const QUIET: ReadonlySet<Channel> = new Set(["updatedBars", "corrections", "cancelErrors"]);

const VALUES: Partial<Record<Channel, readonly string[]>> = {
  trades: ["i", "p", "s"],
  quotes: ["bp", "bs", "ap", "as"],
  bars: ["o", "h", "l", "c", "v", "n", "vw"],
  dailyBars: ["o", "h", "l", "c", "v", "n", "vw"],
  lulds: ["u", "d"],
  imbalances: ["p"],
  depth: ["checksum", "seq"],
  orderbooks: ["checksum", "seq"],
  orders: ["checksum", "queue", "seq"],
};

/** Checks an element as it is sent. */
export function checkElement(symbol: string, channel: Channel, element: Any): void {
  expect(element.S).toBe(symbol);
  numbers(element, ...(VALUES[channel] ?? []));
  if (channel === "statuses") expect(element).toMatchObject({ sc: expect.any(String), rc: expect.any(String), z: "C" });
  if (channel === "orderbooks") for (const side of ["b", "a"]) expect(element[side]).toBeInstanceOf(Array);
}
