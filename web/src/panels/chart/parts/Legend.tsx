import { For, Show, type JSX } from "solid-js";
import { indicatorNamed } from "../../../../../domain/indicators/catalogue.ts";
import { Icon } from "../../../design/components/Icon.tsx";
import * as numbers from "../../../format/numbers.ts";
import { CHART } from "../../../text/en/chart.ts";
import type { ChartController } from "../controller.ts";
import { type ChosenIndicator, drawnOf, SERIES_COLOURS, titleOf } from "../model/indicators.ts";
import type { ChartSettings } from "../model/settings.ts";
import { changeOf, changeText } from "../readout.ts";
import "./legend.css";

/** The prices at the crosshair, or of the newest bar, and what else is on the chart. Not announced: see the keys. */
export function Legend(props: {
  readonly chart: ChartController;
  readonly settings: ChartSettings;
  readonly symbol: string;
  readonly narrow: boolean;
  readonly badge: JSX.Element;
  readonly onEdit: (indicator: ChosenIndicator) => void;
  readonly onRemove: (indicator: ChosenIndicator) => void;
  readonly onRemoveCompare: (symbol: string) => void;
}): JSX.Element {
  const place = (): number => {
    props.chart.version();
    return props.chart.crosshair()?.place ?? props.chart.engine.bars.length - 1;
  };
  const bar = () => props.chart.engine.bars[place()];
  const tone = (): string => numbers.direction(changeOf(props.chart.engine.bars, place())?.change);
  const paneTop = (id: string): number | null => {
    props.chart.painted();
    const pane = props.chart.engine.indicators.panes().get(id);
    return pane === undefined ? null : (props.chart.engine.paneTops()[pane] ?? null);
  };
  const overlays = (): readonly ChosenIndicator[] =>
    props.settings.indicators.filter(({ name }) => !drawnOf(name).pane);
  const inPanes = (): readonly ChosenIndicator[] => props.settings.indicators.filter(({ name }) => drawnOf(name).pane);
  const row = (indicator: ChosenIndicator): JSX.Element => (
    <IndicatorRow
      chart={props.chart}
      indicator={indicator}
      place={place()}
      onEdit={() => props.onEdit(indicator)}
      onRemove={() => props.onRemove(indicator)}
    />
  );
  return (
    <>
      <div class="chart-legend">
        <div class="chart-legend-row">
          <Show when={bar()} fallback={<span class="muted">{CHART.noBars}</span>}>
            {(now) => (
              <>
                <Show when={!props.narrow || props.chart.crosshair() !== null}>
                  <Figure name={CHART.legend.open} tone={tone()} value={numbers.price(now().open)} />
                  <Figure name={CHART.legend.high} tone={tone()} value={numbers.price(now().high)} />
                  <Figure name={CHART.legend.low} tone={tone()} value={numbers.price(now().low)} />
                </Show>
                <Figure name={CHART.legend.close} tone={tone()} value={numbers.price(now().close)} />
                <span class={tone()}>{changeText(props.chart.engine.bars, place())}</span>
                <Figure name={CHART.legend.volume} tone="" value={numbers.compact(now().volume)} />
              </>
            )}
          </Show>
        </div>
        <For each={props.chart.compares()}>
          {(compare, nth) => (
            <div class="chart-legend-row">
              <span class="chart-swatch" data-colour={SERIES_COLOURS[nth() % SERIES_COLOURS.length]} />
              <span>{compare.symbol}</span>
              <span class="num">{props.chart.version() >= 0 && numbers.price(compare.data.bars.at(-1)?.close)}</span>
              <LegendButton
                icon="close"
                label={CHART.remove(compare.symbol)}
                onClick={() => props.onRemoveCompare(compare.symbol)}
              />
            </div>
          )}
        </For>
        <For each={overlays()}>{row}</For>
        {props.badge}
      </div>
      <For each={inPanes()}>
        {(indicator) => (
          <Show when={paneTop(indicator.id) !== null}>
            <div class="chart-legend" style={{ top: `${(paneTop(indicator.id) ?? 0) + 4}px` }}>
              {row(indicator)}
            </div>
          </Show>
        )}
      </For>
    </>
  );
}

function Figure(props: { readonly name: string; readonly value: string; readonly tone: string }): JSX.Element {
  return (
    <span class="chart-figure">
      <span class="muted">{props.name}</span> <span class={props.tone}>{props.value}</span>
    </span>
  );
}

function IndicatorRow(props: {
  readonly chart: ChartController;
  readonly indicator: ChosenIndicator;
  readonly place: number;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}): JSX.Element {
  const title = (): string => titleOf(props.indicator);
  const plots = () => drawnOf(props.indicator.name).plots;
  const value = (output: number): string => {
    props.chart.version();
    const now = props.chart.values(props.indicator.id, props.place)[output];
    return props.indicator.name === "obv" ? numbers.compact(now) : numbers.price(now);
  };
  return (
    <div class="chart-legend-row">
      <span title={indicatorNamed(props.indicator.name)?.title}>{title()}</span>
      <For each={plots()}>
        {(plot) => (
          <span class="chart-figure">
            <span class="chart-swatch" data-colour={props.indicator.colours[plot.colour]} /> {value(plot.output)}
          </span>
        )}
      </For>
      <LegendButton icon="settings" label={CHART.edit(title())} onClick={() => props.onEdit()} />
      <LegendButton icon="close" label={CHART.remove(title())} onClick={() => props.onRemove()} />
    </div>
  );
}

function LegendButton(props: {
  readonly icon: "settings" | "close";
  readonly label: string;
  readonly onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="chart-legend-button"
      aria-label={props.label}
      title={props.label}
      onClick={() => props.onClick()}
    >
      <Icon name={props.icon} size={12} />
    </button>
  );
}
