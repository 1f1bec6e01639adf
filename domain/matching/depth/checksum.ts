/**
 * Checksums of a book's depth as Kraken's WebSocket API v2 defines them: CRC-32 over the ten best prices of each side.
 * Its texts are prices and quantities without decimal point and leading zeros, that is, our integers.
 */
import { crc32 } from "../../crc32.ts";
import type { Level } from "../views.ts";

/** Price levels of a side that a checksum covers. */
export const CHECKSUM_LEVELS = 10;

/** Both sides, each best first: levels, or orders in priority order. */
export interface Sides<T> {
  readonly bids: readonly T[];
  readonly asks: readonly T[];
}

/** Kraken's checksum of its channels `book` (of levels) and `level3` (of orders): asks first, then bids. */
export function depthChecksum({ bids, asks }: Sides<Level>): number {
  return crc32(`${textOf(asks)}${textOf(bids)}`);
}

/**
 * The checksum of the queues: the refs of the orders that `depthChecksum` covers, asks first, joined by commas. Ours:
 * Kraken's does not tell two orders of one price and quantity apart.
 */
export function queueChecksum({ bids, asks }: Sides<Level & { readonly ref: number }>): number {
  return crc32([...covered(asks), ...covered(bids)].map(({ ref }) => ref).join(","));
}

function textOf(side: readonly Level[]): string {
  return covered(side)
    .map(({ price, qty }) => `${price}${qty}`)
    .join("");
}

/** What belongs to the best ten prices. */
function covered<T extends Level>(side: readonly T[]): readonly T[] {
  let prices = 0;
  let before: number | null = null;
  for (const [at, { price }] of side.entries()) {
    if (price === before) continue;
    if (++prices > CHECKSUM_LEVELS) return side.slice(0, at);
    before = price;
  }
  return side;
}
