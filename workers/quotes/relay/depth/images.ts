/**
 * The books of the depth channels as this relay has passed them on, so that a new subscriber gets a snapshot without a
 * call of the book. They are in memory only: a relay that has slept gets a snapshot with its next subscription.
 */
import { encodeDepthElement } from "../../../../protocol/mapping/depth.ts";
import type { DepthChanges, DepthPart } from "../../../../protocol/rpc/orderBook.ts";
import type { DepthElement, DepthEvent, DepthLevel, OwnOrders } from "../../../../protocol/stream/depth.ts";
import { depthElementsOf } from "./mergeChanges.ts";

type DepthChannel = DepthPart;
type Row = DepthLevel | DepthEvent;

export const DEPTH_PARTS: readonly DepthPart[] = ["depth", "orders"];

/** A snapshot of an image; `sequence` is its `seq`. */
export interface Snapshot {
  readonly bytes: Uint8Array;
  readonly sequence: number;
}

export class DepthImages {
  readonly #images = new Map<string, DepthImage>();

  /** Applies the elements of an update. Without an image, it begins with a snapshot among them. */
  apply(symbol: string, channel: DepthChannel, bytes: Uint8Array, owners: DepthChanges["owners"]): void {
    const key = `${channel} ${symbol}`;
    for (const element of depthElementsOf(bytes)) {
      const image = this.#images.get(key);
      if (image !== undefined) image.apply(element);
      else if (element.r === true) this.#images.set(key, new DepthImage(element));
    }
    if (owners !== undefined) this.#images.get(key)?.note(owners);
  }

  /** Takes the snapshot that a subscription returned, unless there is an image, which updates keep current. */
  begin(symbol: string, channel: DepthChannel, { bytes, owners }: DepthChanges): void {
    if (!this.#images.has(`${channel} ${symbol}`)) this.apply(symbol, channel, bytes, owners);
  }

  /** The image as of a sequence through which everything is applied; null without an image. */
  snapshot(symbol: string, channel: DepthChannel, through: number): Snapshot | null {
    return this.#images.get(`${channel} ${symbol}`)?.snapshot(through) ?? null;
  }

  /** The orders of an account in the image. */
  ownedBy(symbol: string, channel: DepthChannel, account: string): OwnOrders {
    return this.#images.get(`${channel} ${symbol}`)?.ownedBy(account) ?? [];
  }

  /** Nobody subscribes to the channel any more, so the image is no longer updated. */
  forget(symbol: string, channel: DepthChannel): void {
    this.#images.delete(`${channel} ${symbol}`);
  }
}

class DepthImage {
  /** By price, or by ref. Orders of one price are in the order of their queue. */
  readonly #sides = { b: new Map<number, Row>(), a: new Map<number, Row>() };
  readonly #owners = new Map<number, { readonly account: string; readonly orderId: string }>();
  #last: DepthElement<Row>;
  #snapshot: Snapshot | null = null;

  constructor(whole: DepthElement<Row>) {
    this.#last = whole;
    this.#take(whole);
  }

  apply(element: DepthElement<Row>): void {
    if (element.r !== true && element.seq <= this.#last.seq) return;
    this.#take(element);
  }

  note(owners: NonNullable<DepthChanges["owners"]>): void {
    for (const [account, own] of Object.entries(owners)) {
      for (const { id, order_id: orderId } of own) this.#owners.set(id, { account, orderId });
    }
  }

  ownedBy(account: string): OwnOrders {
    return [...this.#owners].flatMap(([id, owner]) =>
      owner.account === account ? [{ id, order_id: owner.orderId }] : [],
    );
  }

  snapshot(through: number): Snapshot {
    const sequence = Math.max(through, this.#last.seq);
    if (this.#snapshot?.sequence === sequence) return this.#snapshot;
    const { T, S, t, checksum, queue } = this.#last;
    const sorted = (key: "b" | "a", sign: 1 | -1): Row[] =>
      [...this.#sides[key].values()].sort((one, two) => sign * (one.p - two.p));
    const sides = { b: sorted("b", -1), a: sorted("a", 1) };
    const checks = queue === undefined ? { checksum } : { checksum, queue };
    const bytes = encodeDepthElement({ T, S, t, r: true, ...sides, ...checks, seq: sequence });
    this.#snapshot = { bytes, sequence };
    return this.#snapshot;
  }

  #take(element: DepthElement<Row>): void {
    this.#last = element;
    this.#snapshot = null;
    for (const key of ["b", "a"] as const) {
      const rows = this.#sides[key];
      if (element.r === true) rows.clear();
      for (const row of element[key]) {
        const name = "id" in row ? row.id : row.p;
        if (row.s > 0) rows.set(name, "id" in row ? { ...row, e: "add" } : row);
        else if (rows.delete(name) && "id" in row) this.#owners.delete(name);
      }
    }
    if (element.r === true) this.#owners.clear();
  }
}
