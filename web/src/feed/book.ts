/**
 * A copy of a book, built from the elements of channel `depth` and verified with the checksum of each (docs/streams.md,
 * "Checksums": Kraken's, over the best ten prices of each side).
 */
import { crc32 } from "../../../domain/crc32.ts";
import type { Levels } from "./messages.ts";

/** An element of channel `depth`. */
export interface DepthElement {
  readonly r?: true;
  readonly prev?: number;
  readonly seq: number;
  readonly checksum: number;
  readonly b: readonly { readonly p: number; readonly s: number }[];
  readonly a: readonly { readonly p: number; readonly s: number }[];
}

/** Best prices of a side that a checksum covers. */
export const CHECKED_LEVELS = 10;
export const PRICE_DECIMALS = 4;
/** Decimals of quantities in checksums. */
export const quantityDecimals = (symbol: string): number => (symbol.includes("/") ? 8 : 6);

export class Book {
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  readonly #qtyDecimals: number;
  #seq: number | null = null;
  #verified = false;
  #bidLevels: Levels | null = null;
  #askLevels: Levels | null = null;

  constructor(symbol: string) {
    this.#qtyDecimals = quantityDecimals(symbol);
  }

  get seq(): number | null {
    return this.#seq;
  }

  get verified(): boolean {
    return this.#verified;
  }

  /** Bids from the highest price down. */
  get bids(): Levels {
    return (this.#bidLevels ??= [...this.#bids].sort(([one], [two]) => two - one));
  }

  /** Asks from the lowest price up. */
  get asks(): Levels {
    return (this.#askLevels ??= [...this.#asks].sort(([one], [two]) => one - two));
  }

  /** Applies an element. "gap" and "wrong checksum": the copy is worthless now, and a snapshot is needed. */
  apply(element: DepthElement): "applied" | "old" | "gap" | "wrong checksum" {
    if (element.r === true) {
      this.#bids.clear();
      this.#asks.clear();
    } else if (this.#seq === null || (element.prev ?? 0) > this.#seq) return "gap";
    else if (element.seq <= this.#seq) return "old";
    change(this.#bids, element.b);
    change(this.#asks, element.a);
    this.#bidLevels = this.#askLevels = null;
    this.#seq = element.seq;
    this.#verified = this.#checksum() === element.checksum;
    return this.#verified ? "applied" : "wrong checksum";
  }

  #checksum(): number {
    const text = (levels: Levels): string =>
      levels
        .slice(0, CHECKED_LEVELS)
        .map(([price, size]) => digits(price, PRICE_DECIMALS) + digits(size, this.#qtyDecimals))
        .join("");
    return crc32(text(this.asks) + text(this.bids));
  }
}

function change(side: Map<number, number>, changes: DepthElement["b"]): void {
  for (const { p, s } of changes) {
    if (s === 0) side.delete(p);
    else side.set(p, s);
  }
}

/** The digits of a decimal without its point and leading zeros. */
export function digits(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(".", "").replace(/^0+/, "");
}
