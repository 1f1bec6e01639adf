/** The columns of a watchlist: what a cell shows, and by what it is sorted. */
import { createEffect, createMemo, createSignal, onCleanup, type JSX } from "solid-js";
import { Spark } from "../../design/components/small.tsx";
import { dayBars } from "../../feed/dayBars.ts";
import { symbolState, type SymbolState } from "../../feed/store.ts";
import { changeOver, compact, direction, price, signed, signedPercent } from "../../format/numbers.ts";
import { assetOf } from "../../market/assets.ts";
import { WATCHLIST } from "../../text/en/watchlist.ts";
import { flash } from "./flash.ts";

export const COLUMN_IDS = ["spark", "last", "change", "percent", "bid", "ask", "volume"] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];
export const FIRST_COLUMNS: readonly ColumnId[] = ["spark", "last", "percent"];

/** What is sorted by: also the symbol, which is always shown. */
export type SortId = ColumnId | "symbol";

/** A quote of a side without orders has price 0. */
const some = (value: number | undefined): number | null => (value === undefined || value === 0 ? null : value);

export function sortValue(symbol: string, by: SortId): number | string | null {
  const { quote, day } = symbolState(symbol);
  switch (by) {
    case "symbol":
      return symbol;
    case "bid":
      return some(quote()?.bid);
    case "ask":
      return some(quote()?.ask);
    case "last":
      return day()?.last ?? null;
    case "change":
      return day()?.change ?? null;
    case "spark":
    case "percent":
      return day()?.changeShare ?? null;
    case "volume":
      return day()?.volume ?? null;
  }
}

/** A cell of a row. Only its text changes with the market. */
export function Cell(props: {
  readonly column: ColumnId;
  readonly symbol: string;
  readonly state: SymbolState;
}): JSX.Element {
  const { state } = props;
  const day = state.day;
  switch (props.column) {
    case "spark":
      return <SparkCell symbol={props.symbol} state={state} />;
    case "last":
      return <Last state={state} />;
    case "change":
      return <span class={direction(day()?.change)}>{signed(day()?.change)}</span>;
    case "percent":
      return <span class={direction(day()?.changeShare)}>{signedPercent(day()?.changeShare)}</span>;
    case "bid":
      return <>{price(some(state.quote()?.bid))}</>;
    case "ask":
      return <>{price(some(state.quote()?.ask))}</>;
    case "volume":
      return <>{compact(day()?.volume)}</>;
  }
}

/** The last price: it flashes when it changes, and an arrow says whether it rose or fell. */
function Last(props: { readonly state: SymbolState }): JSX.Element {
  const value = createMemo(() => props.state.trade()?.price ?? props.state.day()?.last ?? null);
  const [tick, setTick] = createSignal<"up" | "down" | "">("");
  let cell: HTMLSpanElement | undefined;
  createEffect((before: number | null) => {
    const now = value();
    if (now !== null && before !== null && now !== before) {
      const moved = now > before ? "up" : "down";
      setTick(moved);
      if (cell !== undefined) flash(cell, moved);
    }
    return now;
  }, null);
  return (
    <span ref={cell} class="watch-last">
      <span class="watch-tick" data-tick={tick()} aria-hidden="true" />
      {price(value())}
    </span>
  );
}

/** The line is drawn again at most once in this time: its last point is the last price. */
const LINE_MS = 2_000;

function SparkCell(props: { readonly symbol: string; readonly state: SymbolState }): JSX.Element {
  const closes = dayBars(props.symbol);
  const [last, setLast] = createSignal<number | null>(null);
  const take = (): void => void setLast(props.state.trade()?.price ?? null);
  const timer = setInterval(take, LINE_MS);
  onCleanup(() => clearInterval(timer));
  const values = createMemo(() => {
    const now = last();
    return now === null ? closes() : [...closes(), now];
  });
  const label = (): string => WATCHLIST.sparkLabel(props.symbol, signedPercent(changeOver(values())));
  return <Spark values={values()} label={label()} width={46} height={18} />;
}

/** The name of an instrument; empty until it is known. */
export const nameOf = (symbol: string): string => assetOf(symbol)?.name ?? "";
export const classOf = (symbol: string): string => (symbol.includes("/") ? "crypto" : "us_equity");
