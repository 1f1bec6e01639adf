/**
 * Trades as bytes: a version, the count and the first number, and then for each trade its flags and, as numbers of variable
 * length, what it differs from the trade before. About ten bytes a trade. Numbers of trades are consecutive.
 */
import type { Side } from "../../order/side.ts";
import { readByte, readNumber, readSigned, writeNumber, writeSigned } from "./packedNumbers.ts";
import type { TapeTrade } from "./tapeTrade.ts";

const VERSION = 1;
const REGULAR = 1;
const AUCTION = 2;
const SIDES: readonly (Side | null)[] = [null, "buy", "sell"];
const SIDE_SHIFT = 2;

/** Flags, and five numbers of at most eight bytes each. */
const LONGEST_TRADE = 41;
const LONGEST_HEAD = 17;

/** The bytes of trades. Throws when their numbers are not consecutive. */
export function packTrades(trades: readonly TapeTrade[]): Uint8Array {
  const bytes = new Uint8Array(LONGEST_HEAD + LONGEST_TRADE * trades.length);
  const writer = { bytes, at: 0 };
  let last = { tradeId: (trades[0]?.tradeId ?? 1) - 1, sequence: 0, at: 0, price: 0 };
  bytes[writer.at++] = VERSION;
  writeNumber(writer, trades.length);
  writeNumber(writer, last.tradeId + 1);
  for (const trade of trades) {
    if (trade.tradeId !== last.tradeId + 1) throw new Error(`trade ${trade.tradeId} follows trade ${last.tradeId}`);
    bytes[writer.at++] =
      (trade.regular ? REGULAR : 0) | (trade.auction ? AUCTION : 0) | (SIDES.indexOf(trade.takerSide) << SIDE_SHIFT);
    writeNumber(writer, trade.sequence - last.sequence);
    writeSigned(writer, trade.at - last.at);
    writeSigned(writer, trade.price - last.price);
    writeNumber(writer, trade.qty);
    last = trade;
  }
  return bytes.slice(0, writer.at);
}

/** The trades of bytes that `packTrades` made. Throws on any other bytes. */
export function unpackTrades(bytes: Uint8Array): TapeTrade[] {
  const reader = { bytes, at: 0 };
  const version = readByte(reader);
  if (version !== VERSION) throw new Error(`trades of version ${version} are not known to this release`);
  const count = readNumber(reader);
  const first = readNumber(reader);
  const trades: TapeTrade[] = [];
  let [sequence, at, price] = [0, 0, 0];
  for (let nth = 0; nth < count; nth++) {
    const flags = readByte(reader);
    sequence += readNumber(reader);
    at += readSigned(reader);
    price += readSigned(reader);
    const qty = readNumber(reader);
    trades.push({
      tradeId: first + nth,
      sequence,
      at,
      price,
      qty,
      takerSide: SIDES[flags >> SIDE_SHIFT] ?? null,
      auction: (flags & AUCTION) !== 0,
      regular: (flags & REGULAR) !== 0,
    });
  }
  if (reader.at !== bytes.length) throw new Error("bytes follow the last trade");
  return trades;
}
