/**
 * Elements of an upstream that speaks Alpaca's protocol, as what a feed gives, and back. Quotes, trades and statuses
 * count; elements of other kinds, and of symbols that are not followed, are passed over.
 */
import type { FeedItem, FeedLevel } from "../../domain/market/feeds/feed.ts";
import { normaliseQuote, normaliseTrade } from "../../domain/market/feeds/normalise.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { CHANNELS } from "../stream/channels.ts";
import { priceNumber, sizeNumber } from "./tradesAndQuotes.ts";

/** `refused`: an element that counts and cannot be used. */
export type ReadElement = FeedItem | "ignored" | "refused";

type Fields = Readonly<Record<string, unknown>>;

/** Reads an element of the data stream. `find` returns the instrument of a symbol that is followed. */
export function readFeedElement(element: unknown, find: (symbol: string) => Instrument | undefined): ReadElement {
  if (typeof element !== "object" || element === null) return "ignored";
  const fields = element as Fields;
  return readNamed(String(fields["T"]), find(String(fields["S"])), fields);
}

/** Reads the newest quote or trade of a symbol as REST gives it: an element without its kind and symbol. */
export function readLatest(kind: "quote" | "trade", instrument: Instrument, fields: unknown): ReadElement {
  if (typeof fields !== "object" || fields === null) return "refused";
  return readNamed(kind === "quote" ? CHANNELS.quotes.code : CHANNELS.trades.code, instrument, fields as Fields);
}

function readNamed(code: string, instrument: Instrument | undefined, fields: Fields): ReadElement {
  if (instrument === undefined) return "ignored";
  const [at, sequence] = [timeOf(fields["t"]), numberOf(fields["seq"], null)];
  switch (code) {
    case CHANNELS.quotes.code: {
      const [bidPrice, bidSize] = [numberOf(fields["bp"]), numberOf(fields["bs"])];
      const [askPrice, askSize] = [numberOf(fields["ap"]), numberOf(fields["as"])];
      return normaliseQuote(instrument, { bidPrice, bidSize, askPrice, askSize, at, sequence }) ?? "refused";
    }
    case CHANNELS.trades.code: {
      const [price, size, tradeId] = [numberOf(fields["p"]), numberOf(fields["s"]), numberOf(fields["i"])];
      return normaliseTrade(instrument, { price, size, at, tradeId, sequence }) ?? "refused";
    }
    case CHANNELS.statuses.code: {
      if (!Number.isSafeInteger(at)) return "refused";
      const [code, reason] = [textOf(fields["sc"]), textOf(fields["rc"])];
      return { kind: "status", symbol: instrument.symbol, code, reason, at };
    }
    default:
      return "ignored";
  }
}

/** The element of an item, as a recorded day has it. */
export function feedElement(item: FeedItem): Fields {
  const head = { S: item.symbol, t: new Date(item.at).toISOString() };
  switch (item.kind) {
    case "quote":
      return {
        T: CHANNELS.quotes.code,
        ...head,
        ...sideOf("b", item.symbol, item.bid),
        ...sideOf("a", item.symbol, item.ask),
      };
    case "trade":
      return {
        T: CHANNELS.trades.code,
        ...head,
        i: item.tradeId,
        p: priceNumber(item.price),
        s: sizeNumber(item.symbol, item.qty),
      };
    case "status":
      return { T: CHANNELS.statuses.code, ...head, sc: item.code, rc: item.reason };
  }
}

function sideOf(side: "a" | "b", symbol: string, level: FeedLevel | null): Fields {
  const [price, size] = level === null ? [0, 0] : [priceNumber(level.price), sizeNumber(symbol, level.qty)];
  return { [`${side}p`]: price, [`${side}s`]: size };
}

/** A number, also one that came as text or as a large integer. What is none becomes NaN, or `otherwise`. */
function numberOf(value: unknown): number;
function numberOf(value: unknown, otherwise: null): number | null;
function numberOf(value: unknown, otherwise: number | null = Number.NaN): number | null {
  if (typeof value === "number") return value;
  return typeof value === "bigint" || (typeof value === "string" && value !== "") ? Number(value) : otherwise;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Epoch milliseconds of RFC 3339 or of a timestamp of MessagePack; NaN when it is neither. */
function timeOf(value: unknown): number {
  if (value instanceof Date) return Math.floor(value.getTime());
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}
