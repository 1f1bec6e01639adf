import { createMemo, type JSX } from "solid-js";
import { DataTable, type Column } from "../../../design/components/DataTable.tsx";
import * as numbers from "../../../format/numbers.ts";
import { CHART } from "../../../text/en/chart.ts";
import type { ChartController } from "../controller.ts";
import { type ChartBar, vwapOf } from "../model/bars.ts";
import { titleOf } from "../model/indicators.ts";
import type { ChartSettings } from "../model/settings.ts";
import { longName } from "./names.ts";

interface Row {
  readonly place: number;
  readonly bar: ChartBar;
}

/** The bars of the chart as a table, newest first, with the values of the indicators. */
export function BarTable(props: {
  readonly chart: ChartController;
  readonly settings: ChartSettings;
  readonly symbol: string;
}): JSX.Element {
  let before = new Map<number, Row>();
  /** A row stays the same object while its bar does, so that only rows that have changed are rendered again. */
  const rows = createMemo(() => {
    props.chart.version();
    const { bars } = props.chart.engine;
    const next = bars.map((bar, place) => {
      const known = before.get(bar.at);
      return known?.bar === bar && known.place === place ? known : { bar, place };
    });
    before = new Map(next.map((row) => [row.bar.at, row]));
    return next.toReversed();
  });
  const T = CHART.columns;
  const price = (id: "open" | "high" | "low" | "close"): Column<Row> => ({
    id,
    title: T[id],
    numeric: true,
    sortBy: ({ bar }) => bar[id],
    cell: ({ bar }) => numbers.price(bar[id]),
  });
  const columns = (): readonly Column<Row>[] => [
    { id: "time", title: T.time, sortBy: ({ bar }) => bar.at, cell: ({ bar }) => props.chart.engine.timeText(bar) },
    price("open"),
    price("high"),
    price("low"),
    price("close"),
    {
      id: "change",
      title: T.change,
      numeric: true,
      cell: ({ bar, place }) => {
        const from = props.chart.engine.bars[place - 1]?.close ?? bar.open;
        const share = bar.close / from - 1;
        return <span class={numbers.direction(share)}>{numbers.signedPercent(share)}</span>;
      },
    },
    {
      id: "volume",
      title: T.volume,
      numeric: true,
      sortBy: ({ bar }) => bar.volume,
      cell: ({ bar }) => numbers.quantity(bar.volume),
    },
    { id: "trades", title: T.trades, numeric: true, sortBy: ({ bar }) => bar.count, cell: ({ bar }) => bar.count },
    { id: "vwap", title: T.vwap, numeric: true, cell: ({ bar }) => numbers.price(vwapOf(bar)) },
    ...props.settings.indicators.map((one): Column<Row> => ({
      id: one.id,
      title: titleOf(one),
      numeric: true,
      cell: ({ place }) =>
        props.chart
          .values(one.id, place)
          .map((value) => numbers.price(value))
          .join(" / "),
    })),
  ];
  return (
    <DataTable
      label={`${CHART.table}: ${CHART.chartOf(props.symbol, longName(props.chart.timeframe()))}`}
      rows={rows()}
      columns={columns()}
      rowKey={({ bar }) => String(bar.at)}
      empty={CHART.noBars}
    />
  );
}
