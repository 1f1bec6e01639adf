/** The account's own trades, for the marks on charts: the newest ones read, later ones from the stream. */
import { createEffect, createRoot, createSignal, on } from "solid-js";
import { call } from "../../../api/client.ts";
import { accountId } from "../../../api/session.ts";
import { onTrading } from "../../../feed/store.ts";
import type { ChartBar } from "../model/bars.ts";

export interface Fill {
  readonly id: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly at: number;
  readonly qty: number;
  readonly price: number;
}

interface Activity {
  readonly id: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly transaction_time: string;
  readonly qty: string;
  readonly price: string;
}

const READ = 100;
const KEPT = 1_000;

const [fills, setFills] = createSignal<readonly Fill[]>([]);
let isFollowing = false;

/** The account's own trades, in order of time. Followed from the first chart on. */
export function ownFills(): readonly Fill[] {
  if (!isFollowing) {
    isFollowing = true;
    createRoot(followFills);
  }
  return fills();
}

function followFills(): void {
  createEffect(
    on(accountId, (account) => {
      setFills([]);
      if (account === null) return;
      void call<readonly Activity[]>("GET", `/v2/account/activities/FILL?direction=desc&page_size=${READ}`, {
        account,
      }).then(
        (all) => {
          if (account === accountId()) setFills((later) => joinFills(all.map(fillOf).reverse(), later));
        },
        // Marks are shown from the next fill on.
        () => {},
      );
    }),
  );
  onTrading(({ stream, data }) => {
    const { event, price, qty, timestamp, execution_id: id, order } = data;
    if (stream !== "trade_updates" || (event !== "fill" && event !== "partial_fill")) return;
    const { symbol, side } = order as { symbol: string; side: "buy" | "sell" };
    const fill = {
      id: String(id),
      symbol,
      side,
      at: Date.parse(String(timestamp)),
      qty: Number(qty),
      price: Number(price),
    };
    setFills((before) => joinFills(before, [fill]));
  });
}

const fillOf = ({ id, symbol, side, transaction_time: at, qty, price }: Activity): Fill => ({
  id,
  symbol,
  side,
  at: Date.parse(at),
  qty: Number(qty),
  price: Number(price),
});

/** What was read and what was streamed; a fill that is in both counts once. */
function joinFills(read: readonly Fill[], streamed: readonly Fill[]): readonly Fill[] {
  const key = ({ at, symbol, side, qty, price }: Fill): string => [at, symbol, side, qty, price].join();
  const known = new Set(read.map(key));
  return [...read, ...streamed.filter((fill) => !known.has(key(fill)))].slice(-KEPT);
}

/** A mark of the chart: what was bought or sold in a bar. */
export interface FillMark {
  readonly bar: ChartBar;
  readonly side: "buy" | "sell";
  readonly qty: number;
  /** The average price, weighted by quantity. */
  readonly price: number;
}

/** The fills of a symbol by bar and side. `placeOf` gives the place of the bar that a time is in; -1 for none. */
export function marksOf(
  all: readonly Fill[],
  symbol: string,
  bars: readonly ChartBar[],
  placeOf: (at: number) => number,
): FillMark[] {
  const own = all.filter((fill) => fill.symbol === symbol && placeOf(fill.at) >= 0);
  const groups = Map.groupBy(own, ({ at, side }) => `${placeOf(at)}:${side}`);
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      const bar = first === undefined ? undefined : bars[placeOf(first.at)];
      if (first === undefined || bar === undefined) return [];
      const qty = group.reduce((sum, fill) => sum + fill.qty, 0);
      const cost = group.reduce((sum, fill) => sum + fill.qty * fill.price, 0);
      return [{ bar, side: first.side, qty, price: cost / qty }];
    })
    .sort((a, b) => a.bar.at - b.bar.at);
}
