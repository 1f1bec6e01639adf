/**
 * Quotes as bytes: a version, the count, and of each quote what differs from the one before. About twelve bytes a quote.
 */
import { type Place, readByte, readNumber, readSigned, writeNumber, writeSigned } from "./packedNumbers.ts";
import type { TapeQuote } from "./tapeQuote.ts";

const VERSION = 1;
/** Six numbers of at most eight bytes each. */
const LONGEST_QUOTE = 48;
const LONGEST_HEAD = 9;
const NOTHING: TapeQuote = { sequence: 0, at: 0, bidPrice: 0, bidQty: 0, askPrice: 0, askQty: 0 };

/** The bytes of quotes in order of their sequence. Throws when they are not. */
export function packQuotes(quotes: readonly TapeQuote[]): Uint8Array {
  const place: Place = { bytes: new Uint8Array(LONGEST_HEAD + LONGEST_QUOTE * quotes.length), at: 0 };
  place.bytes[place.at++] = VERSION;
  writeNumber(place, quotes.length);
  let last = NOTHING;
  for (const quote of quotes) {
    if (quote.sequence <= last.sequence) throw new Error(`quote ${quote.sequence} follows quote ${last.sequence}`);
    writeNumber(place, quote.sequence - last.sequence);
    writeSigned(place, quote.at - last.at);
    writeSigned(place, quote.bidPrice - last.bidPrice);
    writeSigned(place, quote.bidQty - last.bidQty);
    writeSigned(place, quote.askPrice - last.askPrice);
    writeSigned(place, quote.askQty - last.askQty);
    last = quote;
  }
  return place.bytes.slice(0, place.at);
}

/** The quotes of bytes that `packQuotes` made. Throws on any other bytes. */
export function unpackQuotes(bytes: Uint8Array): TapeQuote[] {
  const place: Place = { bytes, at: 0 };
  const version = readByte(place);
  if (version !== VERSION) throw new Error(`quotes of version ${version} are not known to this release`);
  const count = readNumber(place);
  const quotes: TapeQuote[] = [];
  let last = NOTHING;
  for (let nth = 0; nth < count; nth++) {
    last = {
      sequence: last.sequence + readNumber(place),
      at: last.at + readSigned(place),
      bidPrice: last.bidPrice + readSigned(place),
      bidQty: last.bidQty + readSigned(place),
      askPrice: last.askPrice + readSigned(place),
      askQty: last.askQty + readSigned(place),
    };
    quotes.push(last);
  }
  if (place.at !== bytes.length) throw new Error("bytes follow the last quote");
  return quotes;
}
