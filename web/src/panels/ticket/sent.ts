/** What became of the order that a ticket sent last. */
import { createEffect, createMemo, createSignal, on, type Accessor } from "solid-js";
import type { Order } from "../../account/order.ts";
import { orders } from "../../account/state.ts";
import { isUnknown } from "../../orders/unknown.ts";

export interface Sent {
  readonly text: string;
  readonly symbol: string;
  /** The order as the exchange has it; null while it has not answered. */
  readonly order: Order | null;
  /** The answer did not come: it is looked up by its client order id. */
  readonly isUnknown: boolean;
}

interface Kept {
  readonly clientOrderId: string;
  readonly text: string;
  readonly symbol: string;
}

/** Follows one order by its client order id. */
export function followSent(): {
  readonly sent: Accessor<Sent | null>;
  readonly keep: (order: Kept) => void;
  readonly hide: () => void;
} {
  const [kept, setKept] = createSignal<Kept | null>(null);
  const sent = createMemo((): Sent | null => {
    const mine = kept();
    if (mine === null) return null;
    let order: Order | null = null;
    for (const one of orders().values()) if (one.client_order_id === mine.clientOrderId) order = one;
    // A replace, here or elsewhere, makes an order that takes its place.
    while (order !== null && order.replaced_by !== null) {
      const next: Order | undefined = orders().get(order.replaced_by);
      if (next === undefined) break;
      order = next;
    }
    return { text: mine.text, symbol: mine.symbol, order, isUnknown: isUnknown(mine.clientOrderId) };
  });
  // An order that did not arrive is told of, and is none that was sent.
  createEffect(
    on(sent, (now, before) => {
      if (before?.isUnknown === true && now?.isUnknown === false && now.order === null) setKept(null);
      return now;
    }),
  );
  return { sent, keep: setKept, hide: () => setKept(null) };
}
