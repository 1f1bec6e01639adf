/**
 * Rows of trade updates. A row has each order once, and of its later updates only what has changed: an order has some
 * twenty-five fields, of which an update changes five.
 */
import type { TradeUpdate } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { decodeRow, encodeRow } from "../actor/rowCodec.ts";

/** The fields that change most. A row has their places here, and the names of others, so no entry may change or move. */
const CHANGING: readonly string[] = [
  "status",
  "updatedAt",
  "filledQty",
  "filledValue",
  "held",
  "filledAt",
  "canceledAt",
  "expiredAt",
];
const PLACES: ReadonlyMap<string, number> = new Map(CHANGING.map((name, place) => [name, place]));

type Fields = Readonly<Record<string, unknown>>;

/** An update as a row has it: with its order, or the number of an order in the row and its changes. */
type Written = readonly [
  sequence: number,
  event: TradeUpdate["event"],
  executionId: string,
  at: number,
  price: number | null,
  qty: number | null,
  positionQty: number | null,
  order: Order | number,
  changes: readonly unknown[],
];

/** The bytes of a row. They are valid until the next row of any kind is encoded. */
export function encodeUpdates(updates: readonly TradeUpdate[]): Uint8Array {
  const known = new Map<string, { readonly number: number; order: Order }>();
  let orders = 0;
  const written = updates.map((update): Written => {
    const { sequence, event, executionId, at, order, price, qty, positionQty } = update;
    const before = known.get(order.id);
    const changes = before === undefined ? null : changesOf(before.order as unknown as Fields, order);
    if (before === undefined || changes === null) {
      known.set(order.id, { number: orders++, order });
      return [sequence, event, executionId, at, price, qty, positionQty, order, []];
    }
    before.order = order;
    return [sequence, event, executionId, at, price, qty, positionQty, before.number, changes];
  });
  return encodeRow(written);
}

/** The updates of a row. Releases before format 8 wrote each with its order, and those before format 6 wrote JSON. */
export function decodeUpdates(body: unknown): TradeUpdate[] {
  if (typeof body === "string") return JSON.parse(body) as TradeUpdate[];
  const row = decodeRow(body instanceof ArrayBuffer ? new Uint8Array(body) : (body as Uint8Array));
  return Array.isArray((row as readonly unknown[])[0]) ? restored(row as readonly Written[]) : (row as TradeUpdate[]);
}

function restored(written: readonly Written[]): TradeUpdate[] {
  const orders: Order[] = [];
  return written.map(([sequence, event, executionId, at, price, qty, positionQty, named, changes]) => {
    const number = typeof named === "number" ? named : orders.length;
    const order = typeof named === "number" ? changed(orders[number], changes) : named;
    orders[number] = order;
    return { sequence, event, executionId, at, order, price, qty, positionQty };
  });
}

/** Names and values of the fields in which an order differs, one after the other; null when it has lost a field. */
function changesOf(before: Fields, order: Order): readonly unknown[] | null {
  const after = order as unknown as Fields;
  for (const name in before) if (!(name in after)) return null;
  const changes: unknown[] = [];
  for (const name in after) if (after[name] !== before[name]) changes.push(PLACES.get(name) ?? name, after[name]);
  return changes;
}

function changed(before: Order | undefined, changes: readonly unknown[]): Order {
  if (before === undefined) throw new Error("a row of updates has changes of an order that it does not have");
  const after: Record<string, unknown> = { ...before };
  for (let at = 0; at < changes.length; at += 2) {
    const name = changes[at];
    after[typeof name === "number" ? (CHANGING[name] ?? "") : String(name)] = changes[at + 1];
  }
  return after as unknown as Order;
}
