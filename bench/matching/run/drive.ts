/** Sends a stream's messages to the engine. The benchmark times this function. */
import type { Engine, SideNumber } from "../../../domain/matching/engine/engine.ts";
import {
  CANCEL_REJECTED,
  EVENT_SHIFT,
  EVENT_SHIFT_F64,
  REPLACE_REJECTED,
  SUBJECT,
  WHAT,
  slotOf,
  what,
} from "../../../domain/matching/engine/events.ts";
import { IOC, MESSAGE_ID, MESSAGE_PRICE, MESSAGE_QTY, MESSAGE_WORDS, NEW, CANCEL } from "./stream.ts";

/** The engine's slots of orders by their ids in the messages. */
export interface Ids {
  /** The slot of an id; −1 when it has none. */
  get(id: number): number;
  set(id: number, slot: number): void;
  delete(id: number): void;
}

/**
 * Applies messages `from` to `to` (not included). Events gather in `engine.events`; `ends` gets, for each message, how
 * many there are after it. Rejects of orders that do not rest are written to the same buffer here.
 */
export function drive(
  engine: Engine,
  ids: Ids,
  messages: Int32Array,
  from: number,
  to: number,
  ends: Int32Array,
): void {
  const { events } = engine;
  for (let nth = from; nth < to; nth++) {
    const at = nth * MESSAGE_WORDS;
    const word = messages[at];
    const type = word & 0xff;
    const id = messages[at + MESSAGE_ID];
    if (type === NEW) {
      const before = events.count;
      const side: SideNumber = ((word >>> 8) & 1) === 0 ? 0 : 1;
      const qty = messages[at + MESSAGE_QTY] >>> 0;
      const slot = engine.add(id, side, messages[at + MESSAGE_PRICE], qty, (word & IOC) !== 0);
      if (events.count > before + 1) forgetFilled(engine, ids, before + 1);
      if (slot >= 0) ids.set(id, slot);
    } else {
      const slot = ids.get(id);
      if (type === CANCEL) {
        if (slot < 0) {
          events.add(what(CANCEL_REJECTED, 0, 0), 0, 0, id, 0);
        } else {
          engine.cancel(slot);
          ids.delete(id);
        }
      } else if (slot < 0) {
        events.add(what(REPLACE_REJECTED, 0, 0), 0, 0, id, 0);
      } else {
        const before = events.count;
        const moved = engine.replace(slot, messages[at + MESSAGE_PRICE], messages[at + MESSAGE_QTY] >>> 0);
        if (events.count > before + 1) forgetFilled(engine, ids, before + 1);
        if (moved < 0) ids.delete(id);
        else if (moved !== slot) ids.set(id, moved);
      }
    }
    ends[nth] = events.count;
  }
}

/** Removes the ids of orders that trades since event `from` have filled. */
function forgetFilled({ events, orders }: Engine, ids: Ids, from: number): void {
  for (let e = from; e < events.count; e++) {
    const maker = events.f64[(e << EVENT_SHIFT_F64) + SUBJECT];
    const slot = slotOf(events.i32[(e << EVENT_SHIFT) + WHAT]);
    // Another order may already use its slot.
    if (!orders.isLive(slot) || orders.ref(slot) !== maker) ids.delete(maker);
  }
}
