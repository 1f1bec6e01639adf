/** The columns of open orders and of all orders. */
import { Show, type JSX } from "solid-js";
import type { Order } from "../../account/order.ts";
import { unknownRequests } from "../../account/state.ts";
import { Badge } from "../../design/components/small.tsx";
import { money, NONE, price, quantity } from "../../format/numbers.ts";
import { fullTime, recent } from "../../format/times.ts";
import { BLOTTER, FIELDS } from "../../text/en/blotter.ts";
import { plainNumber, sortable, type ListColumn } from "./list.ts";
import { closedAt, closeText, orderValue, stateText, stateTone, trailText } from "../../orders/orderText.ts";
import { unconfirmed } from "../../orders/pending.ts";

const priceOf = (text: string | null): string => (text === null ? "" : price(Number(text)));

/** The side as a word in its colour. */
export function Side(props: { readonly side: string }): JSX.Element {
  return <span class={props.side === "buy" ? "up" : "down"}>{BLOTTER.sides[props.side] ?? props.side}</span>;
}

/** The state of an order; while a request about it has no known outcome, that. */
export function OrderState(props: { readonly order: Order }): JSX.Element {
  return (
    <Show
      when={unconfirmed(props.order, unknownRequests())}
      fallback={<Badge tone={stateTone(props.order)}>{stateText(props.order.status)}</Badge>}
    >
      {(text) => <Badge tone="warn">{text()}</Badge>}
    </Show>
  );
}

/** The head of a column of controls: its name is read, and takes no room. */
export const hiddenHead = (): JSX.Element => <span class="hidden-text">{BLOTTER.actions}</span>;

export const ORDER_COLUMNS: readonly ListColumn<Order>[] = [
  {
    id: "submitted",
    title: FIELDS.submitted,
    sortBy: (order) => order.submitted_at,
    cell: (order) => <time title={fullTime(order.submitted_at)}>{recent(order.submitted_at)}</time>,
    value: (order) => order.submitted_at,
  },
  {
    id: "symbol",
    title: FIELDS.symbol,
    sortBy: (order) => order.symbol,
    cell: (order) => <strong>{order.symbol}</strong>,
    value: (order) => order.symbol,
  },
  {
    id: "side",
    title: FIELDS.side,
    sortBy: (order) => order.side,
    cell: (order) => <Side side={order.side} />,
    value: (order) => order.side,
  },
  {
    id: "type",
    title: FIELDS.type,
    sortBy: (order) => order.type,
    cell: (order) => BLOTTER.types[order.type] ?? order.type,
    value: (order) => order.type,
  },
  {
    id: "qty",
    title: FIELDS.qty,
    numeric: true,
    sortBy: (order) => sortable(order.qty),
    cell: (order) => (order.qty === null ? money(order.notional) : quantity(order.qty)),
    value: (order) => order.qty ?? "",
  },
  {
    id: "filled",
    title: FIELDS.filled,
    numeric: true,
    sortBy: (order) => sortable(order.filled_qty),
    cell: (order) => quantity(order.filled_qty),
    value: (order) => order.filled_qty,
  },
  {
    id: "limit",
    title: FIELDS.limit,
    numeric: true,
    sortBy: (order) => sortable(order.limit_price),
    cell: (order) => priceOf(order.limit_price),
    value: (order) => order.limit_price ?? "",
  },
  {
    id: "stop",
    title: FIELDS.stop,
    numeric: true,
    sortBy: (order) => sortable(order.stop_price),
    cell: (order) => priceOf(order.stop_price),
    value: (order) => order.stop_price ?? "",
  },
  {
    id: "average",
    title: FIELDS.average,
    optional: true,
    numeric: true,
    sortBy: (order) => sortable(order.filled_avg_price),
    cell: (order) => priceOf(order.filled_avg_price),
    value: (order) => order.filled_avg_price ?? "",
  },
  {
    id: "tif",
    title: FIELDS.tif,
    sortBy: (order) => order.time_in_force,
    cell: (order) => order.time_in_force.toUpperCase(),
    value: (order) => order.time_in_force,
  },
  {
    id: "state",
    title: FIELDS.state,
    sortBy: (order) => stateText(order.status),
    cell: (order) => <OrderState order={order} />,
    value: (order) => order.status,
  },
  {
    id: "class",
    title: FIELDS.class,
    optional: true,
    sortBy: (order) => order.order_class,
    cell: (order) => BLOTTER.classes[order.order_class] ?? order.order_class,
    value: (order) => order.order_class,
  },
  {
    id: "trail",
    title: FIELDS.trail,
    optional: true,
    numeric: true,
    cell: trailText,
    value: (order) => order.trail_price ?? (order.trail_percent === null ? "" : `${order.trail_percent}%`),
  },
  {
    id: "notional",
    title: FIELDS.notional,
    optional: true,
    numeric: true,
    sortBy: (order) => sortable(order.notional),
    cell: (order) => (order.notional === null ? "" : money(order.notional)),
    value: (order) => order.notional ?? "",
  },
  {
    id: "value",
    title: FIELDS.value,
    optional: true,
    numeric: true,
    sortBy: (order) => sortable(orderValue(order)),
    cell: (order) => money(orderValue(order)),
    value: (order) => plainNumber(orderValue(order)),
  },
  {
    id: "hours",
    title: FIELDS.hours,
    optional: true,
    cell: (order) => (order.extended_hours ? FIELDS.extended : FIELDS.regular),
    value: (order) => (order.extended_hours ? "extended" : "regular"),
  },
  {
    id: "expires",
    title: FIELDS.expires,
    optional: true,
    sortBy: (order) => order.expires_at ?? "",
    cell: (order) => (order.expires_at === null ? "" : fullTime(order.expires_at)),
    value: (order) => order.expires_at ?? "",
  },
  {
    id: "updated",
    title: FIELDS.updated,
    optional: true,
    sortBy: (order) => order.updated_at,
    cell: (order) => <time title={fullTime(order.updated_at)}>{recent(order.updated_at)}</time>,
    value: (order) => order.updated_at,
  },
  {
    id: "closed",
    title: FIELDS.closed,
    optional: true,
    sortBy: (order) => closedAt(order) ?? "",
    cell: (order) => (closedAt(order) === null ? NONE : recent(closedAt(order))),
    value: (order) => closedAt(order) ?? "",
  },
  {
    id: "reason",
    title: FIELDS.reason,
    optional: true,
    sortBy: (order) => order.close_reason ?? "",
    cell: (order) => closeText(order) ?? "",
    value: (order) => order.close_reason ?? "",
  },
  {
    id: "clientId",
    title: FIELDS.clientId,
    optional: true,
    sortBy: (order) => order.client_order_id,
    cell: (order) => order.client_order_id,
    value: (order) => order.client_order_id,
  },
  {
    id: "id",
    title: FIELDS.id,
    optional: true,
    sortBy: (order) => order.id,
    cell: (order) => order.id,
    value: (order) => order.id,
  },
];
