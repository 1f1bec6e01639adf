import { crc32 } from "../../domain/crc32.ts";

export interface DepthRow {
  readonly p: number;
  readonly s: number;
  readonly e?: "add" | "modify" | "delete";
  readonly id?: number;
}

/** An element of the channels `depth` and `orders`, as clients read it. */
export interface DepthFrameElement {
  readonly T: string;
  readonly r?: boolean;
  readonly reason?: string;
  readonly prev?: number;
  readonly b: readonly DepthRow[];
  readonly a: readonly DepthRow[];
  readonly checksum: number;
  readonly queue?: number;
  readonly seq: number;
}

/**
 * A client's copy of a book, from one depth channel. It follows the documented rules only, and throws at a gap, at an
 * event that does not fit, and at a wrong checksum.
 */
export class DepthCopy {
  seq = -1;
  snapshots = 0;
  verified = 0;
  readonly #decimals: number;
  #sides = { b: new Map<number, DepthRow>(), a: new Map<number, DepthRow>() };

  /** `decimals` of a quantity: 6 of shares, 8 of coins. */
  constructor(decimals = 6) {
    this.#decimals = decimals;
  }

  take(element: DepthFrameElement): void {
    if (element.r === true) {
      this.#sides = { b: new Map(), a: new Map() };
      this.snapshots++;
    } else {
      if (element.seq <= this.seq) throw new Error(`${element.seq} after ${this.seq}`);
      if ((element.prev ?? -1) > this.seq) throw new Error(`a gap: ${element.prev} after ${this.seq}`);
    }
    for (const side of ["b", "a"] as const) for (const row of element[side]) this.#apply(this.#sides[side], row);
    this.seq = element.seq;
    if (this.#checksum() !== element.checksum) throw new Error(`wrong checksum at ${element.seq}`);
    if (element.queue !== undefined && this.#queue() !== element.queue)
      throw new Error(`wrong queue at ${element.seq}`);
    this.verified++;
  }

  /** The side's rows, best first; orders of one price in the order of their queue. */
  rows(side: "b" | "a"): { p: number; s: number; id?: number }[] {
    const sign = side === "b" ? -1 : 1;
    return [...this.#sides[side].values()]
      .sort((one, two) => sign * (one.p - two.p))
      .map(({ p, s, id }) => (id === undefined ? { p, s } : { p, s, id }));
  }

  #apply(side: Map<number, DepthRow>, row: DepthRow): void {
    const { id, e } = row;
    if (id !== undefined && side.has(id) !== (e !== "add")) throw new Error(`${e} of order ${id} does not fit`);
    if (row.s === 0) side.delete(id ?? row.p);
    else side.set(id ?? row.p, row);
  }

  #covered(side: "b" | "a"): { p: number; s: number; id?: number }[] {
    const rows = this.rows(side);
    const prices = [...new Set(rows.map(({ p }) => p))].slice(0, 10);
    return rows.filter(({ p }) => prices.includes(p));
  }

  #checksum(): number {
    const digits = (value: number, decimals: number) => value.toFixed(decimals).replace(".", "").replace(/^0+/, "");
    const text = (side: "b" | "a") => this.#covered(side).map(({ p, s }) => digits(p, 4) + digits(s, this.#decimals));
    return crc32([...text("a"), ...text("b")].join(""));
  }

  #queue(): number {
    return crc32([...this.#covered("a"), ...this.#covered("b")].map(({ id }) => id).join(","));
  }
}
