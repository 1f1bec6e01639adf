import type { SideNumber } from "./engine/engine.ts";
import { ASK, DETACHED, LEAVES, LIVE, META, ORDER_SHIFT, ORDER_SHIFT_F64, REF } from "./engine/orderPool.ts";
import type { BookState } from "./bookState.ts";

/** The numbers of complex orders in the engine's pool. */

export function isDetached(m: BookState, slot: number): boolean {
  return ((m.engine.orders.i32[(slot << ORDER_SHIFT) + META] ?? 0) & DETACHED) !== 0;
}

/** Notes that an order is in no queue. */
export function detach(m: BookState, slot: number): void {
  const { i32 } = m.engine.orders;
  i32[(slot << ORDER_SHIFT) + META] = (i32[(slot << ORDER_SHIFT) + META] ?? 0) | DETACHED;
}

/** Notes that an order is in a queue again. */
export function attach(m: BookState, slot: number): void {
  const { i32 } = m.engine.orders;
  i32[(slot << ORDER_SHIFT) + META] = (i32[(slot << ORDER_SHIFT) + META] ?? 0) & ~DETACHED;
}

/** Quantity left of an order that is in no queue. */
export function setLeaves(m: BookState, slot: number, leaves: number): void {
  m.engine.orders.f64[(slot << ORDER_SHIFT_F64) + LEAVES] = leaves;
}

/** Sets the bits of a live order. */
export function mark(m: BookState, slot: number, side: SideNumber, bits: number): void {
  m.engine.orders.i32[(slot << ORDER_SHIFT) + META] = LIVE | (side === 1 ? ASK : 0) | bits;
}

/** Sets position and quantity left of an order that is in no queue. */
export function write(m: BookState, slot: number, ref: number, leaves: number): void {
  const { f64 } = m.engine.orders;
  f64[(slot << ORDER_SHIFT_F64) + REF] = ref;
  f64[(slot << ORDER_SHIFT_F64) + LEAVES] = leaves;
}
