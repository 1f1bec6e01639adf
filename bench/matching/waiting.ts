/**
 * What orders that end or follow the market cost in a deep book: gtd orders that expire one after the other, and trailing
 * stops while the market rises. Each is compared with a walk over every order in the same run.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { BookState } from "../../domain/matching/bookState.ts";
import { Ladder } from "../../domain/matching/engine/ladder.ts";
import { OrderPool } from "../../domain/matching/engine/orderPool.ts";
import { slotsInOrder } from "../../domain/matching/engine/snapshot.ts";
import type { NewOrderCommand } from "../../domain/matching/messages.ts";
import { applyCommand, applyEntry, newBook } from "../../domain/matching/orderBook.ts";
import { stopStep } from "../../domain/matching/trailingGroup.ts";
import { uuidFromText } from "../../domain/ids.ts";
import { liveOrders } from "../../domain/matching/views.ts";

export type WaitingKind = "gtc" | "day" | "gtd" | "reserve" | "trailing_stop";

/** Of one kind of order. Microseconds are of CPU. */
export interface WaitingCost {
  readonly waiting: WaitingKind;
  readonly orders: number;
  /** Memory of an order in the book's state: on the heap, and in buffers of numbers. */
  readonly heapBytes: number;
  readonly bufferBytes: number;
  /** For each time at which an order expires, or each new best price; null for other kinds. */
  readonly microseconds: number | null;
  /** The same with a walk over every order. */
  readonly walkMicroseconds: number | null;
}

const START = 2_680_000;
const TICK = 100;
const ACCOUNTS = 1_000;
/** Events that are timed, and walks. */
const EVENTS = 2_000;
const WALKS = 20;

const out = { report: () => undefined, trade: () => undefined };

export async function measureWaiting(kind: WaitingKind, orders: number): Promise<WaitingCost> {
  // A first one, so that compiled code does not count.
  filled(kind, orders);
  const before = await memory();
  const book = filled(kind, orders);
  const after = await memory();
  const count = [...liveOrders(book)].length;
  if (count !== orders) throw new Error(`${count} orders wait, not ${orders}`);
  const heapBytes = (after.heap - before.heap) / orders;
  const bufferBytes = (after.buffers - before.buffers) / orders;
  const costs = { waiting: kind, orders, heapBytes, bufferBytes };
  if (kind === "gtd") {
    const walkMicroseconds = cpuOf(WALKS, () => walkSlots(book));
    const events = Math.min(EVENTS, orders / 2);
    const microseconds = cpuOf(events, (nth) => applyEntry(book, { kind: "expire" }, nth + 1, out));
    const left = [...liveOrders(book)].length;
    if (left !== orders - events) throw new Error(`${left} orders are left`);
    return { ...costs, microseconds, walkMicroseconds };
  }
  if (kind !== "trailing_stop") return { ...costs, microseconds: null, walkMicroseconds: null };
  const microseconds = cpuOf(EVENTS, (nth) => tradeAt(book, START + TICK * (nth + 1)));
  const empty = newBook("AAPL");
  tradeAt(empty, START);
  const trades = cpuOf(EVENTS, (nth) => tradeAt(empty, START + TICK * (nth + 1)));
  return { ...costs, microseconds: Math.max(0, microseconds - trades), walkMicroseconds: walkTrailing(book, orders) };
}

/** A book with these orders, which do not trade. */
function filled(kind: WaitingKind, orders: number): BookState {
  const book = newBook("AAPL");
  tradeAt(book, START);
  for (let nth = 0; nth < orders; nth++) {
    // Prices and expiries in no order.
    const place = (nth * 7_919) % orders;
    const side = nth % 2 === 0 ? "buy" : "sell";
    const away = TICK * (1 + (place % 5_000));
    const id = uuidFromText(`${kind} ${nth}`);
    const simple = { side, price: side === "buy" ? START - away : START + 1_000_000 + away, qty: 10 } as const;
    enter(book, `account/${nth % ACCOUNTS}`, id, { ...simple, ...termsOf(kind, nth, place) });
  }
  return book;
}

function termsOf(kind: WaitingKind, nth: number, place: number): Partial<NewOrderCommand> {
  switch (kind) {
    case "gtc":
      return {};
    case "day":
      return { timeInForce: "day", expiresAt: 1e9 };
    case "gtd":
      return { timeInForce: "gtd", expiresAt: place + 1 };
    case "reserve":
      return { display: 2 };
    case "trailing_stop": {
      const trail = nth % 4 < 2 ? { amount: 500_000 + TICK * place } : { basisPoints: 3_000 + (place % 6_000) };
      return { side: "sell", price: 1, market: true, trigger: { kind: "trail", ...trail } };
    }
  }
}

function enter(book: BookState, owner: string, orderId: string, terms: Partial<NewOrderCommand>): void {
  const order = { kind: "new", side: "buy", price: START, qty: 1, timeInForce: "gtc", market: false } as const;
  applyCommand(book, owner, { ...order, orderId, expiresAt: null, ...terms }, 0, out);
}

function tradeAt(book: BookState, price: number): void {
  enter(book, "account/maker", "00000000-0000-4000-8000-000000000001", { side: "sell", price });
  enter(book, "account/taker", "00000000-0000-4000-8000-000000000002", { price });
}

/** Looks for due orders in every slot, and for their places in the whole book. */
function walkSlots(m: BookState): number {
  const { orders } = m.engine;
  let earliest = Number.POSITIVE_INFINITY;
  for (let slot = 0; slot < orders.fresh; slot++) {
    const expiresAt = m.isLive(slot) ? m.expiryOf(slot) : null;
    if (expiresAt !== null && m.complexOrders.get(slot)?.reserve !== slot) earliest = Math.min(earliest, expiresAt);
  }
  const places = new Map<number, number>();
  for (const [place, slot] of slotsInOrder(m.engine).entries()) places.set(slot, place);
  return earliest + places.size;
}

/** Microseconds to compute the stop price of every trailing stop and to move it there. */
function walkTrailing(m: BookState, orders: number): number {
  const trails = m.trailing[1].flatMap(({ trailers }) => trailers.map(({ trail }) => trail));
  if (trails.length !== orders) throw new Error("a trailing stop does not follow");
  const pool = new OrderPool(orders + 1);
  const ladder = new Ladder(pool, true);
  const stops = trails.map((trail, nth) => {
    const stop = stopStep(m.scale, m.instrument, 1, START, trail);
    ladder.push(pool.take(nth, 1, 0, 1), stop);
    return stop;
  });
  return cpuOf(WALKS, (nth) => {
    for (const [slot, trail] of trails.entries()) {
      const stop = stopStep(m.scale, m.instrument, 1, START + TICK * (nth + 1), trail);
      if (stop === stops[slot]) continue;
      stops[slot] = stop;
      ladder.unlink(slot);
      ladder.push(slot, stop);
    }
  });
}

/** Microseconds of CPU of one call. */
function cpuOf(times: number, call: (nth: number) => unknown): number {
  const before = process.threadCpuUsage();
  for (let nth = 0; nth < times; nth++) call(nth);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / times;
}

async function memory(): Promise<{ heap: number; buffers: number }> {
  // Freed buffers are counted in the next turn of the event loop.
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await nextTurn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers };
}
