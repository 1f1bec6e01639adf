/** Horizontal lines at prices: orders, the position, price bands. They survive a change of the series. */
import { type IPriceLine, type ISeriesApi, LineStyle, type SeriesType, type Time } from "lightweight-charts";

export interface ChartLine {
  readonly id: string;
  readonly price: number;
  readonly colour: string;
  readonly dashed?: boolean;
  /** Beside the price on the axis. */
  readonly title?: string;
  /** The colour of the text on the axis. */
  readonly textColour?: string;
}

export class PriceLines {
  #series: ISeriesApi<SeriesType, Time> | null = null;
  #lines = new Map<string, { readonly line: ChartLine; readonly api: IPriceLine }>();

  attach(series: ISeriesApi<SeriesType, Time>): void {
    const lines = [...this.#lines.values()].map(({ line }) => line);
    // Those of the series before went with it.
    this.#lines.clear();
    this.#series = series;
    this.set(lines);
  }

  /** Shows these lines and no others. */
  set(lines: readonly ChartLine[]): void {
    const series = this.#series;
    if (series === null) return;
    const wanted = new Set(lines.map(({ id }) => id));
    for (const [id, { api }] of this.#lines) {
      if (wanted.has(id)) continue;
      series.removePriceLine(api);
      this.#lines.delete(id);
    }
    for (const line of lines) {
      const options = {
        price: line.price,
        color: line.colour,
        lineWidth: 1 as const,
        lineStyle: line.dashed === true ? LineStyle.Dashed : LineStyle.Solid,
        axisLabelVisible: true,
        axisLabelColor: line.colour,
        axisLabelTextColor: line.textColour ?? "",
        title: line.title ?? "",
      };
      const known = this.#lines.get(line.id);
      if (known === undefined) this.#lines.set(line.id, { line, api: series.createPriceLine(options) });
      else {
        known.api.applyOptions(options);
        this.#lines.set(line.id, { line, api: known.api });
      }
    }
  }
}
