/** What the ladder of a symbol shows: its rows, what is displayed and traded in them, and the account's orders. */
import { createEffect, createMemo, createSignal, type Accessor } from "solid-js";
import { openOrders } from "../../account/state.ts";
import { isPaper } from "../../api/session.ts";
import { follow } from "../../feed/store.ts";
import { price as priceText, quantity } from "../../format/numbers.ts";
import { assetOf } from "../../market/assets.ts";
import { totalOf, unitsOf, type Volume } from "../../market/tradeLog.ts";
import { followTrades } from "../../market/trades.ts";
import { LADDER } from "../../text/en/ladder.ts";
import {
  centred,
  cumulated,
  following,
  GROUPS,
  grouped,
  heldTick,
  keyOf,
  middleOf,
  onTick,
  revealing,
  tickAt,
  type Side,
  type TickOf,
  type View,
} from "./geometry.ts";
import { byRow, ownOrders, type OwnOrder } from "./own.ts";

const CENTS = 100;

/** What the panel keeps with its layout. */
export interface LadderSettings {
  /** Ticks of a row. */
  readonly group: number;
  readonly follows: boolean;
  readonly sums: boolean;
  readonly volume: boolean;
  readonly table: boolean;
  readonly tif: "day" | "gtc" | "ioc";
  readonly quantity: string;
}

export function readSettings(stored: Readonly<Record<string, unknown>>): LadderSettings {
  const group = GROUPS.find((one) => one === stored["group"]) ?? 1;
  const tif = (["day", "gtc", "ioc"] as const).find((one) => one === stored["tif"]) ?? "day";
  return {
    group,
    tif,
    follows: stored["follows"] !== false,
    sums: stored["sums"] === true,
    volume: stored["volume"] !== false,
    table: stored["table"] === true,
    quantity: typeof stored["quantity"] === "string" ? stored["quantity"] : "100",
  };
}

export type Ladder = ReturnType<typeof createLadder>;

/** The state of a ladder; it follows the symbol until its owner is disposed. */
export function createLadder(symbol: Accessor<string>, settings: Accessor<LadderSettings>) {
  const state = createMemo(() => follow(symbol(), "depth", "orders", "quotes", "lulds"));
  const trades = createMemo(() => followTrades(symbol()));
  const depth = createMemo(() => state().depth());
  const isCoin = (): boolean => symbol().includes("/");
  const increment = createMemo(() => {
    const stated = Number(assetOf(symbol())?.price_increment);
    return stated > 0 ? unitsOf(stated) : CENTS;
  });
  const bestBid = createMemo(() => bestOf(depth()?.bids[0]?.[0]));
  const bestAsk = createMemo(() => bestOf(depth()?.asks[0]?.[0]));
  const last = createMemo(() => {
    trades().version();
    return state().trade() ?? trades().log.trades.at(-1) ?? null;
  });
  const reference = createMemo(() => bestBid() ?? bestAsk() ?? bestOf(last()?.price));
  const [isHeld, hold] = createSignal(false);
  const tickOf = createMemo((before: TickOf | undefined) => {
    const tick = tickAt(reference() ?? Number.MAX_SAFE_INTEGER, increment(), isCoin());
    return heldTick(before, { symbol: symbol(), tick, isKnown: reference() !== null }, isHeld());
  });
  const tick = createMemo(() => tickOf().tick);
  const step = createMemo(() => tick() * settings().group);
  const bids = createMemo(() => grouped(depth()?.bids ?? [], step(), "buy"));
  const asks = createMemo(() => grouped(depth()?.asks ?? [], step(), "sell"));
  const own = createMemo(() => ownOrders(openOrders(), symbol(), state().queue()));
  const middle = createMemo(() => middleOf(bestBid(), bestAsk(), bestOf(last()?.price), step()));
  const volumes = createMemo(() => {
    trades().version();
    return volumesByRow(trades().log.volumes, step());
  });
  const bands = createMemo(() => {
    const known = state().bands();
    if (known === null || known.upper === 0) return null;
    return { upper: keyOf(unitsOf(known.upper), step(), "buy"), lower: keyOf(unitsOf(known.lower), step(), "sell") };
  });
  return {
    symbol,
    settings,
    state,
    depth,
    tick,
    step,
    /** Whether somebody works in the rows: they keep their prices meanwhile. */
    hold: (held: boolean): void => void hold(held),
    bids,
    asks,
    bidSums: createMemo(() => cumulated(bids())),
    askSums: createMemo(() => cumulated(asks())),
    own,
    ownRows: createMemo(() => byRow(own(), step())),
    middle,
    last,
    volumes,
    bands,
    bestBid,
    bestAsk,
    /** Price of a row for an order of a side, in units on the tick. */
    unitsAt: (key: number, side: Side): number => {
      const units = key * step();
      return onTick(units, tickAt(units, increment(), isCoin()), side);
    },
    priceText: (units: number): string => priceText(units / 10_000),
  };
}

/** The rows that are seen: they follow the market, unless somebody works in them. */
export function createView(ladder: Ladder, count: Accessor<number>, isHeld: Accessor<boolean>) {
  const [view, setView] = createSignal<View>({ top: 0, count: 1 });
  /** For which symbol and step the rows are. */
  let shown = "";
  createEffect(() => {
    const of = `${ladder.symbol()} ${ladder.step()}`;
    const middle = ladder.middle();
    const isNew = of !== shown;
    if (middle !== null && count() > 0) shown = of;
    // Rows never move under a pointer or a cursor that is about to trade.
    const isFree = ladder.settings().follows && !isHeld();
    setView((now) => following(now, { middle, count: count(), isNew, isFree }));
  });
  const recentre = (): void => {
    const middle = ladder.middle();
    if (middle !== null && count() > 0) setView(centred(middle, count()));
  };
  return {
    view,
    recentre,
    scroll: (rows: number): void =>
      void setView(({ top, count: seen }) => ({ top: Math.max(seen, top + rows), count: seen })),
    reveal: (key: number): void => void setView((now) => revealing(key, now)),
  };
}

function bestOf(price: number | undefined): number | null {
  return price === undefined || price === 0 ? null : unitsOf(price);
}

interface RowVolumes {
  readonly rows: ReadonlyMap<number, Volume>;
  readonly busiest: number;
}

/** Volumes by row. A price between two rows counts for the lower one. */
function volumesByRow(volumes: ReadonlyMap<number, Volume>, step: number): RowVolumes {
  const rows = new Map<number, Volume>();
  let busiest = 0;
  for (const [units, { buy, sell, none }] of volumes) {
    const key = Math.floor(units / step);
    const before = rows.get(key) ?? { buy: 0, sell: 0, none: 0 };
    const volume = { buy: before.buy + buy, sell: before.sell + sell, none: before.none + none };
    rows.set(key, volume);
    busiest = Math.max(busiest, totalOf(volume));
  }
  return { rows, busiest };
}

/** A row in words. */
export function rowText(ladder: Ladder, key: number): string {
  const { row } = LADDER;
  const bid = ladder.bids().get(key);
  const ask = ladder.asks().get(key);
  const volume = ladder.volumes().rows.get(key);
  const parts = [
    ...(bid === undefined ? [] : [row.bid(quantity(bid), quantity(ladder.bidSums().get(key)))]),
    ...(ask === undefined ? [] : [row.ask(quantity(ask), quantity(ladder.askSums().get(key)))]),
    ...(bid === undefined && ask === undefined ? [row.nothing] : []),
    ...(volume === undefined ? [] : [row.volume(quantity(totalOf(volume)))]),
    ...(ladder.ownRows().get(key) ?? []).map((order) => ownText(order, bid ?? ask ?? 0)),
  ];
  return `${ladder.priceText(key * ladder.step())}: ${parts.join("; ")}`;
}

function ownText({ side, size, isStop, ahead, ordersAhead }: OwnOrder, displayed: number): string {
  const { row, sideSmall } = LADDER;
  if (isStop) return row.stop(sideSmall[side], quantity(size));
  const queue =
    ahead !== null
      ? row.ahead(quantity(ahead), ordersAhead)
      : isPaper() && displayed > 0
        ? row.atMost(quantity(displayed))
        : "";
  return row.own(sideSmall[side], quantity(size), queue);
}
