/** Open orders and all orders: lists with what can be done to each order. */
import { useNavigate } from "@solidjs/router";
import { createEffect, createMemo, createSignal, Show, type Accessor, type JSX } from "solid-js";
import { isOpen, type Order } from "../../account/order.ts";
import { openOrders } from "../../account/state.ts";
import { hasRole, isShared } from "../../api/session.ts";
import { Button, IconButton } from "../../design/components/Button.tsx";
import { Menu, type MenuItem } from "../../design/components/Menu.tsx";
import { notify } from "../../design/components/notices.tsx";
import { price, quantity } from "../../format/numbers.ts";
import { recent } from "../../format/times.ts";
import { askCancelAll, cancelOrAsk } from "../../orders/emergency.tsx";
import { closedAt, orderText, orderWords, stateText } from "../../orders/orderText.ts";
import { askTicket } from "../../orders/ticketRequest.ts";
import { BLOTTER } from "../../text/en/blotter.ts";
import type { Option } from "../../design/components/Field.tsx";
import { List, type ListState, type MoreRows } from "./List.tsx";
import type { ListColumn } from "./list.ts";
import { ORDER_COLUMNS, OrderState, Side, hiddenHead } from "./orderColumns.tsx";
import { UnknownRequests } from "./UnknownRequests.tsx";

export interface OrdersProps {
  readonly kind: "open" | "orders";
  readonly rows: readonly Order[];
  readonly paged?: MoreRows;
  readonly state: ListState;
  readonly setState: (state: ListState) => void;
  readonly showSymbol: (symbol: string) => void;
  readonly onOpen: (order: Order) => void;
}

/** Where the auditors' page shows the life of an order. */
export const auditPath = (order: Order): string => `/audit/order?id=${order.id}`;

/** What the terms of an order are in the ticket, to place it once more. */
const again = (order: Order): void =>
  askTicket({
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    ...(order.qty === null ? {} : { qty: order.qty }),
    ...(order.limit_price === null ? {} : { limitPrice: order.limit_price }),
    ...(order.stop_price === null ? {} : { stopPrice: order.stop_price }),
  });

/** What can be done to an order. */
function itemsOf(
  order: Order,
  act: {
    readonly showSymbol: (symbol: string) => void;
    readonly onOpen: (order: Order) => void;
    readonly navigate: (path: string) => void;
  },
): readonly MenuItem[] {
  const mayTrade = !isShared();
  const open = isOpen(order);
  return [
    { text: BLOTTER.details, icon: "eye", onChoose: () => act.onOpen(order) },
    ...(open && mayTrade
      ? ([
          {
            text: BLOTTER.replace,
            icon: "edit",
            onChoose: () => askTicket({ symbol: order.symbol, replace: order }),
          },
          { text: BLOTTER.cancel, icon: "close", onChoose: () => cancelOrAsk([order]) },
          {
            text: BLOTTER.cancelSymbol(order.symbol),
            icon: "trash",
            onChoose: () => cancelOrAsk(openOrders().filter(({ symbol }) => symbol === order.symbol)),
          },
        ] as const)
      : []),
    ...(!open && mayTrade ? ([{ text: BLOTTER.again, icon: "refresh", onChoose: () => again(order) }] as const) : []),
    { text: BLOTTER.showSymbol(order.symbol), icon: "bars", onChoose: () => act.showSymbol(order.symbol) },
    {
      text: BLOTTER.copyId,
      icon: "copy",
      onChoose: () => void navigator.clipboard.writeText(order.id).then(() => notify("accent", BLOTTER.copied)),
    },
    ...(hasRole("auditor") || hasRole("admin")
      ? ([{ text: BLOTTER.auditTrail, icon: "shield", onChoose: () => act.navigate(auditPath(order)) }] as const)
      : []),
  ];
}

export function Orders(props: OrdersProps): JSX.Element {
  const navigate = useNavigate();
  const act = {
    showSymbol: (symbol: string) => props.showSymbol(symbol),
    onOpen: (order: Order) => props.onOpen(order),
    navigate: (path: string) => navigate(path),
  };
  const [chosen, setChosen] = createSignal<ReadonlySet<string>>(new Set());
  // An order that has closed cannot be cancelled any more.
  createEffect(() => {
    const open = new Set(openOrders().map(({ id }) => id));
    setChosen((before) =>
      [...before].every((id) => open.has(id)) ? before : new Set([...before].filter((id) => open.has(id))),
    );
  });
  const toggle = (id: string, on: boolean): void => {
    setChosen((before) => {
      const next = new Set(before);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  };
  const [shownRows, setShownRows] = createSignal<Accessor<readonly Order[]>>(() => []);
  const openShown = createMemo(() => shownRows()().filter(isOpen));

  const select: ListColumn<Order> = {
    id: "select",
    title: BLOTTER.select,
    head: () => (
      <input
        type="checkbox"
        class="list-check"
        aria-label={BLOTTER.selectAll}
        checked={openShown().length > 0 && openShown().every(({ id }) => chosen().has(id))}
        onChange={(event) => setChosen(new Set(event.currentTarget.checked ? openShown().map(({ id }) => id) : []))}
      />
    ),
    cell: () => null,
    live: (order) => (
      <input
        type="checkbox"
        class="list-check"
        aria-label={BLOTTER.selectRow(orderText(order()))}
        checked={chosen().has(order().id)}
        onClick={(event) => event.stopPropagation()}
        onChange={(event) => toggle(order().id, event.currentTarget.checked)}
      />
    ),
  };
  const controls = (order: Accessor<Order>): JSX.Element => (
    <span class="row row-actions">
      <Show when={isOpen(order()) && !isShared()}>
        <IconButton
          icon="close"
          label={`${BLOTTER.cancel}: ${orderText(order())}`}
          onClick={() => cancelOrAsk([order()])}
        />
      </Show>
      <Menu label={BLOTTER.rowActions(orderText(order()))} items={itemsOf(order(), act)} />
    </span>
  );
  const actions: ListColumn<Order> = {
    id: "actions",
    title: BLOTTER.actions,
    head: hiddenHead,
    pinned: true,
    cell: () => null,
    live: controls,
  };
  const columns = (): readonly ListColumn<Order>[] =>
    props.kind === "open" && !isShared() ? [select, ...ORDER_COLUMNS, actions] : [...ORDER_COLUMNS, actions];
  const states = createMemo((): readonly Option[] => [
    { value: "", text: BLOTTER.allStates },
    ...Array.from(new Set(props.rows.map(({ status }) => status)))
      .toSorted()
      .map((status) => ({ value: status, text: stateText(status) })),
  ]);
  return (
    <>
      <UnknownRequests />
      <List
        label={BLOTTER.tabs[props.kind]}
        file={props.kind === "open" ? "open-orders" : "orders"}
        rows={props.rows}
        columns={columns()}
        rowKey={({ id }) => id}
        factsOf={(order) => ({
          words: orderWords(order),
          symbol: order.symbol,
          side: order.side,
          status: order.status,
          at: Date.parse(order.submitted_at),
        })}
        state={props.state}
        setState={props.setState}
        states={states()}
        hasSides
        hasDays
        {...(props.paged === undefined ? {} : { paged: props.paged })}
        empty={BLOTTER.none[props.kind]}
        onOpen={props.onOpen}
        onKey={(event, order) => {
          if (order === null || !isOpen(order) || isShared() || props.kind !== "open") return;
          if (event.key === "Delete") cancelOrAsk([order]);
          else if (event.key === " ") toggle(order.id, !chosen().has(order.id));
          else return;
          event.preventDefault();
        }}
        onShown={(shown) => setShownRows(() => shown)}
        card={(order) => <OrderCard order={order} controls={controls} />}
        actions={(shown) => (
          <Show when={props.kind === "open" && !isShared()}>
            <Show when={chosen().size > 0}>
              <Button kind="danger" onClick={() => cancelOrAsk(shown().filter(({ id }) => chosen().has(id)))}>
                {BLOTTER.cancelSelected(shown().filter(({ id }) => chosen().has(id)).length)}
              </Button>
            </Show>
            <Button disabled={openOrders().length === 0} onClick={askCancelAll}>
              {BLOTTER.cancelAll}
            </Button>
          </Show>
        )}
      />
    </>
  );
}

/** An order on a phone. */
function OrderCard(props: {
  readonly order: Accessor<Order>;
  readonly controls: (order: Accessor<Order>) => JSX.Element;
}): JSX.Element {
  const order = (): Order => props.order();
  const at = (): string => {
    const limit = order().limit_price ?? order().stop_price;
    return limit === null ? "" : ` ${price(Number(limit))}`;
  };
  return (
    <div class="list-card">
      <div>
        <div class="title clip">
          <Side side={order().side} /> {order().symbol}
        </div>
        <div class="quiet clip">
          {BLOTTER.types[order().type]}
          {at()} · {order().time_in_force.toUpperCase()}
        </div>
        <div class="muted clip">{recent(closedAt(order()) ?? order().submitted_at)}</div>
      </div>
      <div class="end">
        <OrderState order={order()} />
        <div>
          {quantity(order().filled_qty)} / {order().qty === null ? "$" : quantity(order().qty)}
        </div>
        <div class="muted">{order().filled_avg_price === null ? "" : price(Number(order().filled_avg_price))}</div>
      </div>
      {props.controls(props.order)}
    </div>
  );
}
