import { createEffect, createSignal, For, Show, type JSX } from "solid-js";
import { indicatorNamed } from "../../../../../domain/indicators/catalogue.ts";
import { Button } from "../../../design/components/Button.tsx";
import { Dialog } from "../../../design/components/Dialog.tsx";
import { SelectField, TextField } from "../../../design/components/Field.tsx";
import { CHART } from "../../../text/en/chart.ts";
import { COMMON } from "../../../text/en/common.ts";
import {
  CHOICES,
  type ChosenIndicator,
  coloursOf,
  faultsOf,
  needsIntraday,
  SERIES_COLOURS,
  type SeriesColour,
  titleOf,
} from "../model/indicators.ts";
import { INDICATORS_MAX } from "../model/settings.ts";

/** The list of indicators, from which one is added. */
export function IndicatorList(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly isDaily: boolean;
  readonly chosen: readonly ChosenIndicator[];
  readonly onAdd: (name: string) => void;
  readonly onEdit: (indicator: ChosenIndicator) => void;
  readonly onRemove: (indicator: ChosenIndicator) => void;
}): JSX.Element {
  const [search, setSearch] = createSignal("");
  const isFull = (): boolean => props.chosen.length >= INDICATORS_MAX;
  const found = () => {
    const text = search().trim().toLowerCase();
    return CHOICES.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(text));
  };
  return (
    <Dialog title={CHART.indicators} open={props.open} onClose={() => props.onClose()}>
      <div class="stack">
        <Show when={props.chosen.length > 0}>
          <h3>{CHART.indicatorsOnChart}</h3>
          <ul class="chart-list">
            <For each={props.chosen}>
              {(one) => (
                <li class="spread">
                  <span>{titleOf(one)}</span>
                  <span class="row">
                    <Button
                      aria-label={CHART.edit(titleOf(one))}
                      icon="settings"
                      kind="plain"
                      onClick={() => props.onEdit(one)}
                    />
                    <Button
                      aria-label={CHART.remove(titleOf(one))}
                      icon="trash"
                      kind="plain"
                      onClick={() => props.onRemove(one)}
                    />
                  </span>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <h3>{CHART.addIndicator}</h3>
        <Show when={isFull()}>
          <p class="notice" data-tone="warn" role="status">
            {CHART.indicatorsFull(INDICATORS_MAX)}
          </p>
        </Show>
        <TextField label={CHART.search} value={search()} onInput={(event) => setSearch(event.currentTarget.value)} />
        <ul class="chart-list">
          <For each={found()}>
            {({ name, title }) => {
              const isRefused = (): boolean => props.isDaily && needsIntraday(name);
              return (
                <li>
                  <button
                    type="button"
                    class="chart-choice"
                    disabled={isFull() || isRefused()}
                    onClick={() => props.onAdd(name)}
                  >
                    <span class="grow">{title}</span>
                    <span class="muted">{isRefused() ? CHART.intradayOnly : name.toUpperCase()}</span>
                  </button>
                </li>
              );
            }}
          </For>
        </ul>
      </div>
    </Dialog>
  );
}

/** Parameters and colours of an indicator. */
export function IndicatorSettings(props: {
  readonly indicator: ChosenIndicator | null;
  readonly onClose: () => void;
  readonly onSave: (indicator: ChosenIndicator) => void;
}): JSX.Element {
  const [typed, setTyped] = createSignal<Readonly<Record<string, string>>>({});
  const [colours, setColours] = createSignal<readonly SeriesColour[]>([]);
  createEffect(() => {
    const { indicator } = props;
    if (indicator === null) return;
    setTyped(Object.fromEntries(Object.entries(indicator.parameters).map(([key, value]) => [key, String(value)])));
    setColours(indicator.colours);
  });
  const name = (): string => props.indicator?.name ?? "sma";
  const values = () => Object.fromEntries(Object.entries(typed()).map(([key, text]) => [key, Number(text)]));
  const faults = () => faultsOf(name(), values());
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    if (props.indicator === null || faults().size > 0) return;
    props.onSave({ ...props.indicator, parameters: values(), colours: colours() });
  };
  return (
    <Dialog title={indicatorNamed(name())?.title ?? ""} open={props.indicator !== null} onClose={() => props.onClose()}>
      <form class="stack" onSubmit={save}>
        <p class="quiet">{indicatorNamed(name())?.meaning.replaceAll("`", "")}</p>
        <For each={Object.entries(indicatorNamed(name())?.parameters ?? {})}>
          {([key, { meaning }]) => (
            <TextField
              label={`${key.replaceAll("_", " ")}: ${meaning.replaceAll("`", "")}`}
              inputmode="decimal"
              value={typed()[key] ?? ""}
              error={faults().has(key) ? CHART.range(faults().get(key) ?? "") : null}
              onInput={(event) => setTyped({ ...typed(), [key]: event.currentTarget.value })}
            />
          )}
        </For>
        <Show when={faults().get("")}>{(why) => <p class="field-error">{why()}</p>}</Show>
        <div class="row wrap">
          <For each={Array.from({ length: coloursOf(name()) }, (_, nth) => nth)}>
            {(nth) => (
              <SelectField
                label={CHART.colour(nth + 1)}
                value={colours()[nth] ?? "--series-1"}
                options={SERIES_COLOURS.map((value, at) => ({ value, text: CHART.colours[at] ?? value }))}
                onChange={(value) =>
                  setColours(colours().map((one, at) => (at === nth ? (value as SeriesColour) : one)))
                }
              />
            )}
          </For>
        </div>
        <div class="row">
          <Button type="submit" kind="primary" disabled={faults().size > 0}>
            {COMMON.save}
          </Button>
          <Button onClick={() => props.onClose()}>{COMMON.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
