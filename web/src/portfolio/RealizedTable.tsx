import type { JSX } from "solid-js";
import { direction, money, quantity, signedMoney } from "../format/numbers.ts";
import { day } from "../format/times.ts";
import { EXPLAIN, PORTFOLIO } from "../text/en/portfolio.ts";
import type { Explanation } from "./explainApi.ts";
import { PlainTable } from "./PlainTable.tsx";

/** Sold lots and wash sales. */
export function RealizedTable(props: {
  readonly items: readonly NonNullable<Explanation["realized"]>[number][];
}): JSX.Element {
  return (
    <PlainTable
      label={EXPLAIN.realized}
      titles={[
        { text: EXPLAIN.symbol },
        { text: EXPLAIN.acquired },
        { text: EXPLAIN.soldOn },
        { text: EXPLAIN.qty, numeric: true },
        { text: EXPLAIN.cost, numeric: true },
        { text: EXPLAIN.proceeds, numeric: true },
        { text: EXPLAIN.gain, numeric: true },
        { text: EXPLAIN.term },
      ]}
      rows={props.items.map((item) =>
        item.type === "disposal"
          ? [
              <strong>{item.symbol}</strong>,
              day(item.acquired_at),
              day(item.transaction_time),
              quantity(item.qty),
              money(item.cost_basis),
              money(item.proceeds),
              <span class={direction(Number(item.gain))}>{signedMoney(Number(item.gain))}</span>,
              item.term === "long" ? PORTFOLIO.long : PORTFOLIO.short,
            ]
          : [
              <strong>{item.symbol}</strong>,
              EXPLAIN.wash,
              day(item.transaction_time),
              quantity(item.qty),
              "",
              EXPLAIN.disallowed,
              money(item.disallowed_loss),
              "",
            ],
      )}
    />
  );
}
