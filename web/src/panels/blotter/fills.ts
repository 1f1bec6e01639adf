/** Fills of the account: those of the past a page at a time, and each new one as the stream tells it. */
import { createEffect, createMemo, createSignal, on, type Accessor } from "solid-js";
import type { WireNonTradeActivity, WireTradeActivity } from "../../../../protocol/wire/activities.ts";
import type { Order } from "../../account/order.ts";
import { createPaged, type Paged } from "../../account/paged.ts";
import { call } from "../../api/client.ts";
import { accountId } from "../../api/session.ts";
import { onTrading } from "../../feed/store.ts";

/** An activity as JSON has it. */
export type Activity =
  | (Omit<WireTradeActivity, "transaction_time"> & { readonly transaction_time: string })
  | (Omit<WireNonTradeActivity, "created_at"> & { readonly created_at: string });

export interface Fill {
  /** The order and how much of it was filled by then: the stream and the list agree on it. */
  readonly key: string;
  readonly at: string;
  readonly symbol: string;
  readonly side: string;
  readonly qty: string;
  readonly price: string;
  readonly leaves: string;
  readonly orderId: string;
  readonly state: string;
}

/** Activities of a page. */
export const ACTIVITIES_PAGE = 100;

/** One page of activities, newest first, of some types or of all. */
export async function activitiesPage(
  account: string,
  types: string | null,
  place: string | null,
): Promise<{ readonly rows: readonly Activity[]; readonly next: string | null }> {
  const query = new URLSearchParams({ page_size: String(ACTIVITIES_PAGE) });
  if (types !== null) query.set("activity_types", types);
  if (place !== null) query.set("page_token", place);
  const rows = await call<Activity[]>("GET", `/v2/account/activities?${query}`, { account });
  return { rows, next: rows.length < ACTIVITIES_PAGE ? null : (rows.at(-1)?.id ?? null) };
}

export function fillOf(activity: Activity): Fill | null {
  if (activity.activity_type !== "FILL") return null;
  return {
    key: `${activity.order_id}:${Number(activity.cum_qty)}`,
    at: activity.transaction_time,
    symbol: activity.symbol,
    side: activity.side,
    qty: activity.qty,
    price: activity.price,
    leaves: activity.leaves_qty,
    orderId: activity.order_id,
    state: activity.order_status,
  };
}

/** The fill that a frame of the stream tells; null for one that tells none. */
export function fillOfEvent(data: Readonly<Record<string, unknown>>): Fill | null {
  const order = data["order"] as Order | undefined;
  if (order === undefined || typeof data["price"] !== "string" || typeof data["qty"] !== "string") return null;
  const left = order.qty === null ? 0 : Number(order.qty) - Number(order.filled_qty);
  return {
    key: `${order.id}:${Number(order.filled_qty)}`,
    at: String(data["timestamp"]),
    symbol: order.symbol,
    side: order.side,
    qty: data["qty"],
    price: data["price"],
    leaves: String(Math.max(0, Number(left.toFixed(9)))),
    orderId: order.id,
    state: order.status,
  };
}

/** Fills of the chosen account, newest first, each once. */
export function createFills(): Omit<Paged<unknown>, "rows"> & { readonly rows: Accessor<readonly Fill[]> } {
  const [live, setLive] = createSignal<readonly Fill[]>([]);
  const pages = createPaged(accountId, (account: string, place: string | null) =>
    activitiesPage(account, "FILL", place),
  );
  createEffect(on(accountId, () => void setLive([])));
  onTrading(({ stream, data }) => {
    if (stream === "snapshot") pages.reload();
    if (stream !== "trade_updates") return;
    const fill = fillOfEvent(data);
    if (fill !== null) setLive((before) => [fill, ...before]);
  });
  const rows = createMemo(() =>
    merged(
      live(),
      pages.rows().flatMap((activity) => fillOf(activity) ?? []),
    ),
  );
  return { ...pages, rows };
}

/** Fills of the stream before those of the list, each once. */
export function merged(live: readonly Fill[], listed: readonly Fill[]): readonly Fill[] {
  const known = new Map<string, Fill>();
  for (const fill of [...live, ...listed]) if (!known.has(fill.key)) known.set(fill.key, fill);
  return [...known.values()];
}
