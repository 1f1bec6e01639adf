/** Orders that are older than those the terminal keeps: read a page at a time when somebody scrolls to them. */
import { createEffect, createMemo, createSignal, on, type Accessor } from "solid-js";
import type { Order } from "../../account/order.ts";
import { createPaged, type Paged } from "../../account/paged.ts";
import { orders, ORDERS_READ } from "../../account/state.ts";
import { call } from "../../api/client.ts";
import { accountId } from "../../api/session.ts";

interface Start {
  readonly account: string;
  readonly before: string;
}

const newestFirst = (a: Order, b: Order): number =>
  a.submitted_at < b.submitted_at ? 1 : a.submitted_at > b.submitted_at ? -1 : 0;

/** Every order of the chosen account that is loaded, newest first. */
export function createAllOrders(): Omit<Paged<unknown>, "rows"> & { readonly rows: Accessor<readonly Order[]> } {
  const [start, setStart] = createSignal<Start | null>(null);
  createEffect(on(accountId, () => void setStart(null)));
  const pages = createPaged(start, async ({ account, before }: Start, place: string | null) => {
    const query = `status=all&nested=false&limit=${ORDERS_READ}&before_order_id=${place ?? before}`;
    const rows = await call<Order[]>("GET", `/v2/orders?${query}`, { account });
    return { rows, next: rows.length < ORDERS_READ ? null : (rows.at(-1)?.id ?? null) };
  });
  const rows = createMemo((): readonly Order[] => {
    const kept = [...orders().values()];
    const older = pages.rows().filter(({ id }) => !orders().has(id));
    return [...kept, ...older].sort(newestFirst);
  });
  return {
    ...pages,
    rows,
    more: () => (start() === null ? orders().size >= ORDERS_READ : pages.more()),
    loadMore: () => {
      if (start() !== null) return pages.loadMore();
      const [account, before] = [accountId(), rows().at(-1)?.id];
      if (account !== null && before !== undefined && orders().size >= ORDERS_READ) setStart({ account, before });
    },
  };
}
