/**
 * What a client has of several books by its streams: both depth channels, and every trade. It follows the documented
 * rules only, and throws at a gap, at anything double, and at a wrong checksum.
 */
import { crc32 } from "node:zlib";
import { DepthCopy, type DepthFrameElement } from "../../protocol/mapping/testing.ts";

/** Two of those who read the same book have different ones. */
export class Disagreement extends Error {
  override readonly name = "Disagreement";
}

/** The digests of what clients have under a sequence: all of them, and the server, have the same. */
export class Agreement {
  readonly #digests = new Map<string, number>();
  /** Comparisons with a digest that somebody else has reported. */
  compared = 0;

  /** Throws when another digest is known of this channel and sequence. */
  report(channel: string, symbol: string, seq: number, digest: number): void {
    const key = `${channel} ${symbol} ${seq}`;
    const known = this.#digests.get(key);
    if (known === undefined) this.#digests.set(key, digest);
    else if (known === digest) this.compared++;
    else throw new Disagreement(`${key} is not what others have`);
  }
}

interface Trade {
  readonly i: number;
  readonly p: number;
  readonly s: number;
  readonly t: string | Date;
}

interface Element extends DepthFrameElement, Trade {
  readonly S: string;
  readonly code?: number;
  readonly msg?: string;
}

interface Row {
  readonly p: number;
  readonly s: number;
  readonly id?: number;
}

/** Of all rows, each side best first. */
export function bookDigest(bids: readonly Row[], asks: readonly Row[]): number {
  const text = (rows: readonly Row[]) => rows.map(({ id = "", p, s }) => `${id} ${p} ${s}`).join();
  return crc32(`${text(bids)};${text(asks)}`);
}

/** Of number, price, quantity and time of a trade. */
export function tradeDigest({ i, p, s, t }: Trade): number {
  return crc32(`${i} ${p} ${s} ${new Date(t).getTime()}`);
}

/** The copy of one symbol. */
export class SymbolCopy {
  readonly depth = new DepthCopy();
  readonly orders = new DepthCopy();
  /** Digest of trade `i` at `i - 1`. */
  readonly trades: number[] = [];
  /** The sequence through which everything was received. */
  cursor = 0;
}

/** Elements that say nothing about a market. */
const CONTROL = ["success", "subscription", "own_orders", "heartbeat", "q"];

export class MarketCopy {
  readonly symbols: ReadonlyMap<string, SymbolCopy>;
  readonly #agreement: Agreement;
  elements = 0;

  constructor(symbols: readonly string[], agreement: Agreement) {
    this.symbols = new Map(symbols.map((symbol) => [symbol, new SymbolCopy()]));
    this.#agreement = agreement;
  }

  get cursors(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.symbols].map(([symbol, { cursor }]) => [symbol, cursor]));
  }

  /** Elements that were verified by their checksum. */
  get verified(): number {
    return [...this.symbols.values()].reduce((sum, { depth, orders }) => sum + depth.verified + orders.verified, 0);
  }

  /** Takes a frame; true when it has something of a market. Throws on what must not come. */
  take(frame: readonly Element[]): boolean {
    const reached = new Map<SymbolCopy, number>();
    for (const element of frame) {
      const copy = this.symbols.get(element.S);
      // The exchange failed or was killed: the client connects again.
      if (element.T === "error" && element.code === 500) continue;
      if (element.T === "error") throw new Error(`refused: ${element.code} ${element.msg}`);
      if (!CONTROL.includes(element.T)) this.#takeElement(copy, element);
      if (copy !== undefined && element.seq !== undefined) {
        // A quote repeats the sequence through which the client has everything, or a newer one.
        reached.set(copy, Math.max(reached.get(copy) ?? 0, element.seq));
      }
    }
    for (const [copy, seq] of reached) copy.cursor = Math.max(copy.cursor, seq);
    return reached.size > 0;
  }

  #takeElement(copy: SymbolCopy | undefined, element: Element): void {
    const { T, S, seq } = element;
    if (copy === undefined) throw new Error(`unexpected: ${T} of ${S}`);
    this.elements++;
    if (T === "t") {
      if (element.i !== copy.trades.length + 1)
        throw new Error(`trade ${element.i} of ${S} after ${copy.trades.length}`);
      if (seq <= copy.cursor) throw new Error(`trade ${element.i} of ${S} at ${seq}, after the cursor ${copy.cursor}`);
      copy.trades.push(tradeDigest(element));
      return;
    }
    if (T !== "depth" && T !== "orders") throw new Error(`unexpected: ${T}`);
    const book = copy[T];
    book.take(element);
    this.#agreement.report(T, S, seq, bookDigest(book.rows("b"), book.rows("a")));
  }
}
