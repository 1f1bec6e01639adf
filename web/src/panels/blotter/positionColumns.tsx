/** The columns of positions; prices and what follows from them move with each trade. */
import type { JSX } from "solid-js";
import { marketOf, positionNow, type Position, type PositionNow } from "../../account/state.ts";
import { equityNow } from "../../account/valuation.ts";
import { isStale } from "../../feed/stale.ts";
import { direction, money, percent, price, quantity, signedMoney, signedPercent } from "../../format/numbers.ts";
import { FIELDS } from "../../text/en/blotter.ts";
import { plainNumber, type ListColumn } from "./list.ts";

/** The change of today as a share of what the position was worth before. */
function todayShare({ value, today }: PositionNow): number | null {
  if (value === null || today === null || value - today === 0) return null;
  return today / (value - today);
}

/** What the position is of the whole account. */
export function weightOf({ value }: PositionNow): number | null {
  const equity = equityNow();
  return value === null || !(equity > 0) ? null : value / equity;
}

/** A column of something that moves with the price. */
function moving(
  id: string,
  title: string,
  of: (now: PositionNow) => number | null,
  show: (value: number | null) => string,
  isChange: boolean,
  decimals: number,
): ListColumn<Position> {
  return {
    id,
    title,
    numeric: true,
    moving: true,
    sortBy: (position) => of(positionNow(position)) ?? Number.NEGATIVE_INFINITY,
    cell: (position): JSX.Element => (
      <Moving
        of={() => of(positionNow(position))}
        show={show}
        isChange={isChange}
        isStale={isStale(marketOf(position))}
      />
    ),
    value: (position) => plainNumber(of(positionNow(position)), decimals),
  };
}

function Moving(props: {
  readonly of: () => number | null;
  readonly show: (value: number | null) => string;
  readonly isChange: boolean;
  readonly isStale: boolean;
}): JSX.Element {
  const look = (): string => (props.isStale ? "stale" : props.isChange ? direction(props.of()) : "");
  return <span class={look()}>{props.show(props.of())}</span>;
}

export const POSITION_COLUMNS: readonly ListColumn<Position>[] = [
  {
    id: "symbol",
    title: FIELDS.symbol,
    sortBy: (position) => position.symbol,
    cell: (position) => <strong>{position.symbol}</strong>,
    value: (position) => position.symbol,
  },
  {
    id: "qty",
    title: FIELDS.qty,
    numeric: true,
    sortBy: (position) => Number(position.qty),
    cell: (position) => quantity(position.qty),
    value: (position) => position.qty,
  },
  {
    id: "available",
    title: FIELDS.available,
    numeric: true,
    optional: true,
    sortBy: (position) => Number(position.qty_available),
    cell: (position) => quantity(position.qty_available),
    value: (position) => position.qty_available,
  },
  {
    id: "entry",
    title: FIELDS.entry,
    numeric: true,
    sortBy: (position) => Number(position.avg_entry_price),
    cell: (position) => price(Number(position.avg_entry_price)),
    value: (position) => position.avg_entry_price,
  },
  moving("last", FIELDS.last, (now) => now.price, price, false, 4),
  moving("value", FIELDS.value, (now) => now.value, money, false, 2),
  {
    id: "cost",
    title: FIELDS.cost,
    numeric: true,
    optional: true,
    sortBy: (position) => Number(position.cost_basis),
    cell: (position) => money(position.cost_basis),
    value: (position) => position.cost_basis,
  },
  moving("unrealized", FIELDS.unrealized, (now) => now.unrealized, signedMoney, true, 2),
  moving("unrealizedShare", FIELDS.unrealizedShare, (now) => now.unrealizedShare, signedPercent, true, 6),
  moving("today", FIELDS.today, (now) => now.today, signedMoney, true, 2),
  moving("todayShare", FIELDS.todayShare, todayShare, signedPercent, true, 6),
  moving("weight", FIELDS.weight, weightOf, (value) => percent(value, 1), false, 6),
];
