import { createEffect, createMemo, createSignal, getOwner, on, runWithOwner, Show, type JSX } from "solid-js";
import type { Order } from "../../account/order.ts";
import { createPaged, type Paged } from "../../account/paged.ts";
import { openOrders, orders, positions, type Position } from "../../account/state.ts";
import { call } from "../../api/client.ts";
import { errorText } from "../../api/error.ts";
import { accountId, isShared } from "../../api/session.ts";
import type { Sorting } from "../../design/components/DataTable.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { Menu } from "../../design/components/Menu.tsx";
import { notify } from "../../design/components/notices.tsx";
import { Tabs, type Tab } from "../../design/components/Tabs.tsx";
import { onTrading } from "../../feed/store.ts";
import { askCancelAll, askFlatten, askKillSwitch, KillNotice } from "../../orders/emergency.tsx";
import { orderText } from "../../orders/orderText.ts";
import { BLOTTER, DETAILS, EMERGENCY, POSITIONS } from "../../text/en/blotter.ts";
import { BalanceFigures } from "../balances/BalanceFigures.tsx";
import type { PanelProps } from "../kinds.ts";
import { ACTIVITIES_PAGE, activitiesPage, type Activity, createFills, type Fill } from "./fills.ts";
import { type ListState, readListState } from "./List.tsx";
import { createLots } from "./lots.ts";
import { createAllOrders } from "./older.ts";
import { OrderDetails } from "./OrderDetails.tsx";
import { Orders } from "./Orders.tsx";
import { Activities, Fills, Lots } from "./OtherLists.tsx";
import { PositionDetails } from "./PositionDetails.tsx";
import { Positions } from "./Positions.tsx";
import "./blotter.css";

type TabId = keyof typeof BLOTTER.tabs;

const NEWEST_FIRST: Readonly<Partial<Record<TabId, Sorting>>> = {
  open: { column: "submitted", descending: true },
  orders: { column: "submitted", descending: true },
  positions: { column: "value", descending: true },
};

/** Activities follow a burst of fills once. */
const ACTIVITY_WAIT_MS = 1_500;

/** What the lists show; each is made when it is first looked at, and kept for as long as the panel. */
function createSources() {
  const owner = getOwner();
  const once = <T,>(make: () => T): (() => T) => {
    let made: { readonly value: T } | null = null;
    return () => (made ??= { value: runWithOwner(owner, make) as T }).value;
  };
  return {
    allOrders: createAllOrders(),
    fills: once(createFills),
    lots: once(createLots),
    activities: once(createActivities),
  };
}

function createActivities(): Paged<Activity> {
  const pages = createPaged(accountId, (account: string, place: string | null) => activitiesPage(account, null, place));
  let timer: ReturnType<typeof setTimeout> | null = null;
  onTrading(({ stream, data }) => {
    const isNews = stream === "snapshot" || stream === "account_updates" || String(data["event"]).includes("fill");
    if (!isNews) return;
    timer ??= setTimeout(() => {
      timer = null;
      // Somebody who reads older ones is not taken away from them.
      if (!pages.loading() && pages.rows().length <= ACTIVITIES_PAGE) pages.reload();
    }, ACTIVITY_WAIT_MS);
  });
  return pages;
}

/** Orders, fills, positions, lots, activities and balances of the account. */
export default function Blotter(props: PanelProps): JSX.Element {
  const { fills, lots, allOrders, activities } = createSources();
  const [tab, setTab] = createSignal<TabId>(tabOf(props.settings()["tab"]));
  const [visited, setVisited] = createSignal<ReadonlySet<TabId>>(new Set([tab()]));
  const choose = (id: string): void => {
    const next = tabOf(id);
    setTab(next);
    setVisited((before) => new Set(before).add(next));
    props.setSettings({ ...props.settings(), tab: next });
  };
  const state = (id: TabId): ListState => readListState(props.settings()[id], NEWEST_FIRST[id] ?? null);
  const setState = (id: TabId) => (next: ListState) => props.setSettings({ ...props.settings(), [id]: next });

  const [order, setOrder] = createSignal<Order | null>(null);
  const [position, setPosition] = createSignal<Position | null>(null);
  createEffect(
    on(
      accountId,
      () => {
        setOrder(null);
        setPosition(null);
      },
      { defer: true },
    ),
  );
  const openFill = async ({ orderId }: Fill): Promise<void> => {
    try {
      const known = orders().get(orderId);
      setOrder(known ?? (await call<Order>("GET", `/v2/orders/${orderId}`, { account: accountId() })));
    } catch (error) {
      notify("danger", errorText(error));
    }
  };
  const count = (id: TabId): number | undefined => {
    if (id === "open") return openOrders().length;
    if (id === "orders") return orders().size === 0 ? undefined : allOrders.rows().length;
    if (id === "positions") return positions().size;
    if (id === "fills") return visited().has("fills") ? fills().rows().length : undefined;
    if (id === "lots") return visited().has("lots") ? lots().rows().length : undefined;
    return undefined;
  };
  const tabs = createMemo((): readonly Tab[] =>
    (Object.keys(BLOTTER.tabs) as TabId[]).map((id) => ({ id, text: BLOTTER.tabs[id], count: count(id) })),
  );
  return (
    <div class="blotter">
      <KillNotice />
      <Tabs
        label={BLOTTER.label}
        tabs={tabs()}
        value={tab()}
        onChange={choose}
        actions={
          <Show when={!isShared()} fallback={<span class="muted small">{BLOTTER.readOnly}</span>}>
            <Menu
              label={EMERGENCY.groupTitle}
              icon="bolt"
              items={[
                { text: EMERGENCY.cancelAllTitle, icon: "close", onChoose: askCancelAll },
                { text: EMERGENCY.flattenTitle, icon: "minus", onChoose: askFlatten },
                { text: EMERGENCY.killTitle, icon: "stop", onChoose: askKillSwitch },
              ]}
            />
          </Show>
        }
      >
        <Show when={tab() === "open"}>
          <Orders
            kind="open"
            rows={openOrders()}
            state={state("open")}
            setState={setState("open")}
            showSymbol={props.setSymbol}
            onOpen={setOrder}
          />
        </Show>
        <Show when={tab() === "orders"}>
          <Orders
            kind="orders"
            rows={allOrders.rows()}
            paged={allOrders}
            state={state("orders")}
            setState={setState("orders")}
            showSymbol={props.setSymbol}
            onOpen={setOrder}
          />
        </Show>
        <Show when={tab() === "fills"}>
          <Fills
            rows={fills().rows()}
            paged={fills()}
            state={state("fills")}
            setState={setState("fills")}
            onOpen={(fill) => void openFill(fill)}
          />
        </Show>
        <Show when={tab() === "positions"}>
          <Positions
            state={state("positions")}
            setState={setState("positions")}
            showSymbol={props.setSymbol}
            showLots={(symbol) => {
              const lotState = state("lots");
              setState("lots")({ ...lotState, filter: { ...lotState.filter, symbol } });
              choose("lots");
            }}
            onOpen={setPosition}
          />
        </Show>
        <Show when={tab() === "lots"}>
          <Lots
            rows={lots().rows()}
            loading={lots().loading()}
            error={lots().error()}
            state={state("lots")}
            setState={setState("lots")}
          />
        </Show>
        <Show when={tab() === "activity"}>
          <Activities paged={activities()} state={state("activity")} setState={setState("activity")} />
        </Show>
        <Show when={tab() === "balances"}>
          <BalanceFigures />
        </Show>
      </Tabs>
      <Details order={order()} setOrder={setOrder} position={position()} setPosition={setPosition} />
    </div>
  );
}

/** The row that is opened. */
function Details(props: {
  readonly order: Order | null;
  readonly setOrder: (order: Order | null) => void;
  readonly position: Position | null;
  readonly setPosition: (position: Position | null) => void;
}): JSX.Element {
  return (
    <>
      <Dialog
        wide
        title={DETAILS.order(props.order === null ? "" : orderText(props.order))}
        open={props.order !== null}
        onClose={() => props.setOrder(null)}
      >
        <Show when={props.order} keyed>
          {(shown) => <OrderDetails order={shown} onOpen={props.setOrder} />}
        </Show>
      </Dialog>
      <Dialog
        wide
        title={POSITIONS.title(props.position?.symbol ?? "")}
        open={props.position !== null}
        onClose={() => props.setPosition(null)}
      >
        <Show when={props.position} keyed>
          {(shown) => <PositionDetails position={shown} />}
        </Show>
      </Dialog>
    </>
  );
}

function tabOf(stored: unknown): TabId {
  return (Object.keys(BLOTTER.tabs) as TabId[]).find((id) => id === stored) ?? "open";
}
