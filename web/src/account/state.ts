/**
 * The account that the terminal shows: its orders, positions and balances. Read once from the API, then kept by the
 * account's stream; read again when the stream could not resume.
 */
import { createEffect, createMemo, createRoot, createSignal, on, onCleanup, untrack } from "solid-js";
import { accountId, isShared, session } from "../api/session.ts";
import { call } from "../api/client.ts";
import { assets } from "../market/assets.ts";
import { onTrading, streamAccount, symbolState } from "../feed/store.ts";
import type { PendingRequest } from "../orders/pending.ts";
import { keepNewer, mergedOrders } from "./mergedOrders.ts";
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
  readonly unrealized_intraday_pl: string | null;
}

/** Balances, as `GET /v2/account` has them. */
export type Balances = Readonly<Record<string, string | number | boolean | null>>;

/** Orders that are read at the start, newest first; the blotter reads older ones. */
export const ORDERS_READ = 500;
/** Balances follow a burst of fills once, */
const BALANCES_WAIT_MS = 150;
/** and no more often than this while fills go on: each reading costs requests of the account's limit. */
const BALANCES_PAUSE_MS = 4_000;

const [orders, setOrders] = createSignal<ReadonlyMap<string, Order>>(new Map());
const [positions, setPositions] = createSignal<ReadonlyMap<string, Position>>(new Map());
const [balances, setBalances] = createSignal<Balances | null>(null);
const [loaded, setLoaded] = createSignal(false);
const [unknown, setUnknown] = createSignal<readonly PendingRequest[]>([]);

/** Every known order by its id, legs too. */
export { orders, positions, balances, loaded, unknown as unknownRequests, setUnknown as setUnknownRequests };

export const openOrders = createRoot(() =>
  createMemo(() =>
    // Times of one form compare as texts.
    [...orders().values()].filter(isOpen).sort((a, b) => (a.created_at < b.created_at ? 1 : -1)),
  ),
);

let draft: Map<string, Order> | null = null;

/** Puts an order in its place; an older state of it changes nothing. Many at once are one change. */
export function keepOrder(order: Order): void {
  if (draft === null) {
    draft = new Map(untrack(orders));
    queueMicrotask(() => {
      if (draft !== null) setOrders(draft);
      draft = null;
    });
  }
  keepNewer(draft, order);
  for (const leg of order.legs ?? []) keepNewer(draft, leg);
}

/** Reads everything again. What the stream has told meanwhile is newer, and stays. */
export async function reload(): Promise<void> {
  const account = accountId();
  if (account === null) return;
  const before = new Map(draft ?? orders());
  const [all, held, now] = await Promise.all([
    call<Order[]>("GET", `/v2/orders?status=all&limit=${ORDERS_READ}&nested=false`, { account }),
    call<Position[]>("GET", "/v2/positions", { account }),
    call<Balances>("GET", "/v2/account", { account }),
  ]);
  // An order that has been open for longer than that many newer ones.
  const open = all.length < ORDERS_READ ? [] : await readOpen(account);
  if (account !== accountId()) return;
  const next = mergedOrders([...open, ...all], draft ?? orders(), before);
  draft = null;
  setOrders(next);
  setPositions(new Map(held.map((position) => [position.symbol, position])));
  setBalances(now);
  setLoaded(true);
}

/** Every open order, however many there are. */
export async function readOpen(account: string | null): Promise<readonly Order[]> {
  const read: Order[] = [];
  for (;;) {
    const last = read.at(-1);
    const until = last === undefined ? "" : `&until=${encodeURIComponent(last.submitted_at)}`;
    const path = `/v2/orders?status=open&limit=${ORDERS_READ}&nested=false${until}`;
    const page = await call<Order[]>("GET", path, { account });
    const known = new Set(read.map(({ id }) => id));
    const more = page.filter(({ id }) => !known.has(id));
    read.push(...more);
    if (page.length < ORDERS_READ || more.length === 0) return read;
  }
}

let balancesTimer: ReturnType<typeof setTimeout> | null = null;
let balancesReadAt = 0;

/** Reads balances and positions soon; many calls make one. */
function reloadBalances(): void {
  const wait = Math.max(BALANCES_WAIT_MS, balancesReadAt + BALANCES_PAUSE_MS - Date.now());
  balancesTimer ??= setTimeout(() => {
    balancesTimer = null;
    balancesReadAt = Date.now();
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
  }, wait);
}

export interface PositionNow {
  readonly qty: number;
  readonly price: number | null;
  readonly value: number | null;
  readonly unrealized: number | null;
  readonly unrealizedShare: number | null;
  readonly today: number | null;
}

/** The symbol of the market of a position: positions name coins without a slash. */
export function marketOf({ symbol, asset_class: kind }: Pick<Position, "symbol" | "asset_class">): string {
  return kind === "crypto" && !symbol.includes("/") ? symbol.replace(/USD$/, "/USD") : symbol;
}

/** A position at the newest price; follows it where the caller is reactive. */
export function positionNow(position: Position): PositionNow {
  const qty = Number(position.qty);
  const price = symbolState(marketOf(position)).trade()?.price ?? numberOf(position.current_price);
  const cost = Number(position.cost_basis);
  const value = price === null ? null : price * qty;
  const unrealized = value === null ? null : value - cost;
  const told = numberOf(position.unrealized_intraday_pl);
  const toldPrice = numberOf(position.current_price);
  // What was bought today counts from its own price: the exchange computes that, for its price.
  const today = price === null || told === null || toldPrice === null ? null : told + (price - toldPrice) * qty;
  return {
    qty,
    price,
    value,
    unrealized,
    unrealizedShare: unrealized === null || cost === 0 ? null : unrealized / cost,
    today,
  };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}

type Told = Readonly<Record<string, unknown>>;

const classOf = (symbol: string): string =>
  assets().find((asset) => asset.symbol.replace("/", "") === symbol.replace("/", ""))?.class ?? "us_equity";

/** Takes positions as the stream tells them: without prices, which trades bring, and before the next reading. */
function takePositions(told: readonly Told[]): void {
  setPositions((before) => {
    const next = new Map(before);
    for (const one of told) {
      const symbol = String(one["symbol"]);
      const known = before.get(symbol);
      const text = (name: string): string => (typeof one[name] === "string" ? one[name] : "0");
      if (Number(one["qty"]) === 0) next.delete(symbol);
      else
        next.set(symbol, {
          symbol,
          asset_class: known?.asset_class ?? classOf(symbol),
          qty: text("qty"),
          qty_available: text("qty_available"),
          avg_entry_price: text("avg_entry_price"),
          cost_basis: text("cost_basis"),
          current_price: known?.current_price ?? null,
          lastday_price: known?.lastday_price ?? null,
          market_value: null,
          unrealized_pl: null,
          unrealized_intraday_pl: null,
        });
    }
    return next;
  });
}

/** A shared account has no stream for those who may only look. */
const SHARED_READ_MS = 4_000;

/** Keeps the state for the account that is chosen. Called once, when the terminal starts. */
export function keepAccount(): void {
  createEffect(
    on(accountId, () => {
      draft = null;
      balancesReadAt = 0;
      setOrders(new Map());
      setPositions(new Map());
      setBalances(null);
      setLoaded(false);
    }),
  );
  createEffect(() => {
    const isSignedIn = session().kind === "signed in";
    const isRead = isShared();
    streamAccount(isSignedIn, isRead ? null : accountId());
    if (!isSignedIn || !isRead) return;
    const read = (): void => {
      if (!document.hidden) void reload().catch(() => {});
    };
    read();
    const timer = setInterval(read, SHARED_READ_MS);
    onCleanup(() => clearInterval(timer));
  });
  onTrading(({ stream, data }) => {
    if (stream === "listening" || stream === "snapshot") void reload().catch(() => {});
    if (stream === "trade_updates") {
      keepOrder(data["order"] as Order);
      if (String(data["event"]).includes("fill")) reloadBalances();
    }
    if (stream === "position_updates") takePositions((data["positions"] ?? []) as readonly Told[]);
    if (stream === "account_updates") setBalances((now) => (now === null ? now : { ...now, ...pick(data) }));
    if (stream === "account_updates" || stream === "position_updates") reloadBalances();
  });
}

/** Of the stream's balances those that follow a change; the next reading of /v2/account has no `cash_held`. */
function pick(data: Told): Balances {
  const told = ["cash", "cash_held", "buying_power"].filter((name) => typeof data[name] === "string");
  return Object.fromEntries(told.map((name) => [name, String(data[name])]));
}
