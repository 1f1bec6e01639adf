/**
 * The account that the terminal shows: its orders, positions and balances. Read once from the API, then kept by the
 * account's stream; read again when the stream could not resume.
 */
import { createEffect, createMemo, createRoot, createSignal, on } from "solid-js";
import { accountId } from "../api/session.ts";
import { call } from "../api/client.ts";
import { onTrading, streamAccount, symbolState } from "../feed/store.ts";
import { isOpen, type Order } from "./order.ts";

/** A position, as `GET /v2/positions` has it; what follows prices is computed here (see `positionNow`). */
export interface Position {
  readonly symbol: string;
  readonly asset_class: string;
  readonly qty: string;
  readonly qty_available: string;
  readonly avg_entry_price: string;
  readonly cost_basis: string;
  readonly current_price: string | null;
  readonly lastday_price: string | null;
  readonly market_value: string | null;
  readonly unrealized_pl: string | null;
}

/** Balances, as `GET /v2/account` has them. */
export type Balances = Readonly<Record<string, string | number | boolean | null>>;

/** An order that was sent and has no known outcome; found again by its client order id. */
export interface PendingOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly text: string;
  readonly sentAt: number;
}

const ORDERS_READ = 500;
/** Balances follow a burst of fills once. */
const BALANCES_WAIT_MS = 150;

const [orders, setOrders] = createSignal<ReadonlyMap<string, Order>>(new Map());
const [positions, setPositions] = createSignal<ReadonlyMap<string, Position>>(new Map());
const [balances, setBalances] = createSignal<Balances | null>(null);
const [loaded, setLoaded] = createSignal(false);
const [unknown, setUnknown] = createSignal<readonly PendingOrder[]>([]);

/** Every known order by its id, legs too. */
export { orders, positions, balances, loaded, unknown as unknownOrders, setUnknown as setUnknownOrders };

export const openOrders = createRoot(() =>
  createMemo(() =>
    [...orders().values()].filter(isOpen).sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at)),
  ),
);

/** Puts an order in its place; an older state of it changes nothing. */
export function keepOrder(order: Order): void {
  setOrders((before) => {
    const known = before.get(order.id);
    if (known !== undefined && Date.parse(known.updated_at) > Date.parse(order.updated_at)) return before;
    const next = new Map(before).set(order.id, order);
    for (const leg of order.legs ?? []) next.set(leg.id, leg);
    return next;
  });
}

/** Reads everything again. */
export async function reload(): Promise<void> {
  const account = accountId();
  if (account === null) return;
  const [all, held, now] = await Promise.all([
    call<Order[]>("GET", `/v2/orders?status=all&limit=${ORDERS_READ}&nested=false`, { account }),
    call<Position[]>("GET", "/v2/positions", { account }),
    call<Balances>("GET", "/v2/account", { account }),
  ]);
  if (account !== accountId()) return;
  setOrders(new Map(all.map((order) => [order.id, order])));
  setPositions(new Map(held.map((position) => [position.symbol, position])));
  setBalances(now);
  setLoaded(true);
}

let balancesTimer: ReturnType<typeof setTimeout> | null = null;

/** Reads balances and positions soon; many calls make one. */
export function reloadBalances(): void {
  balancesTimer ??= setTimeout(() => {
    balancesTimer = null;
    const account = accountId();
    if (account === null) return;
    void Promise.all([
      call<Position[]>("GET", "/v2/positions", { account }),
      call<Balances>("GET", "/v2/account", { account }),
    ]).then(
      ([held, now]) => {
        if (account !== accountId()) return;
        setPositions(new Map(held.map((position) => [position.symbol, position])));
        setBalances(now);
      },
      // The stream or the next change brings them.
      () => {},
    );
  }, BALANCES_WAIT_MS);
}

export interface PositionNow {
  readonly qty: number;
  readonly price: number | null;
  readonly value: number | null;
  readonly unrealized: number | null;
  readonly unrealizedShare: number | null;
  readonly today: number | null;
}

/** A position at the newest price; follows it where the caller is reactive. */
export function positionNow(position: Position): PositionNow {
  const qty = Number(position.qty);
  const price = symbolState(position.symbol).trade()?.price ?? numberOf(position.current_price);
  const cost = Number(position.cost_basis);
  const value = price === null ? null : price * qty;
  const unrealized = value === null ? null : value - cost;
  const lastDay = numberOf(position.lastday_price);
  return {
    qty,
    price,
    value,
    unrealized,
    unrealizedShare: unrealized === null || cost === 0 ? null : unrealized / cost,
    today: price === null || lastDay === null ? null : (price - lastDay) * qty,
  };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** Keeps the state for the account that is chosen. Called once, when the terminal starts. */
export function keepAccount(): void {
  createEffect(
    on(accountId, (id) => {
      setOrders(new Map());
      setPositions(new Map());
      setBalances(null);
      setLoaded(false);
      streamAccount(id);
    }),
  );
  onTrading(({ stream, data }) => {
    if (stream === "listening" || stream === "snapshot") void reload().catch(() => {});
    if (stream === "trade_updates") {
      keepOrder(data["order"] as Order);
      if (String(data["event"]).includes("fill")) reloadBalances();
    }
    if (stream === "account_updates" || stream === "position_updates") reloadBalances();
  });
}
