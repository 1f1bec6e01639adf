import type { JSX } from "solid-js";
import { openOrders } from "../../account/state.ts";
import { Dialog } from "../../design/components/Dialog.tsx";
import { notify } from "../../design/components/notices.tsx";
import { assetOf } from "../../market/assets.ts";
import { CHART } from "../../text/en/chart.ts";
import type { ChartParts } from "./ChartView.tsx";
import type { Asking, Dialogs } from "./dialogs.ts";
import { type ChosenIndicator, newIndicator } from "./model/indicators.ts";
import { COMPARE_MAX } from "./model/settings.ts";
import { chartTimeframe, isDaily } from "./model/timeframes.ts";
import { AskDialog } from "./parts/AskDialog.tsx";
import { IndicatorList, IndicatorSettings } from "./parts/IndicatorDialog.tsx";
import { summaryText } from "./readout.ts";

const QUESTIONS: Readonly<Record<Asking, { title: string; label: string; hint?: string; action: string }>> = {
  date: { title: CHART.goTo, label: CHART.date, action: CHART.go },
  symbol: { title: CHART.compare, label: CHART.compareWith, hint: CHART.compareHint, action: CHART.add },
  timeframe: { title: CHART.timeframe, label: CHART.timeframe, hint: CHART.customHint, action: CHART.go },
  note: { title: CHART.noteTitle, label: CHART.note, action: CHART.add },
};

/** The dialogs of a chart: indicators, their settings, the summary, and questions of one line. */
export function ChartDialogs(
  props: ChartParts & { readonly dialogs: Dialogs; readonly onRemove: (indicator: ChosenIndicator) => void },
): JSX.Element {
  const asking = (): Asking => props.dialogs.asking() ?? "date";
  const answers: Readonly<Record<Asking, (text: string) => string | null>> = {
    date: (text) => {
      // A date of the market: noon of UTC is a part of the day in New York.
      void props.chart.goTo(Date.parse(`${text}T12:00:00Z`)).then((isThere) => {
        if (!isThere) notify("warn", CHART.tooEarly);
      });
      return null;
    },
    symbol: (text) => {
      const symbol = text.trim().toUpperCase();
      if (assetOf(symbol) === null) return CHART.notListed;
      const { compare } = props.settings;
      if (compare.includes(symbol)) return null;
      if (compare.length >= COMPARE_MAX) return CHART.comparesFull;
      props.change({ compare: [...compare, symbol] });
      return null;
    },
    timeframe: (text) => {
      const timeframe = chartTimeframe(text.trim());
      if (timeframe === null) return CHART.customWrong;
      props.change({ timeframe: timeframe.id });
      return null;
    },
    note: (text) => {
      props.dialogs.answerNote(text);
      return null;
    },
  };
  const orders = (): number => openOrders().filter(({ symbol }) => symbol === props.symbol()).length;
  const summary = (): string =>
    props.dialogs.isSummary() ? summaryText(props.chart, props.settings, props.symbol()) : "";
  return (
    <>
      <IndicatorList
        open={props.dialogs.isList()}
        onClose={() => props.dialogs.setList(false)}
        isDaily={isDaily(props.chart.timeframe())}
        chosen={props.settings.indicators}
        onAdd={(name) => {
          props.change({ indicators: [...props.settings.indicators, newIndicator(name, props.settings.indicators)] });
          props.dialogs.setList(false);
        }}
        onEdit={(indicator) => {
          props.dialogs.setList(false);
          props.dialogs.edit(indicator);
        }}
        onRemove={props.onRemove}
      />
      <IndicatorSettings
        indicator={props.dialogs.edited()}
        onClose={() => props.dialogs.edit(null)}
        onSave={(saved) => {
          props.change({ indicators: props.settings.indicators.map((one) => (one.id === saved.id ? saved : one)) });
          props.dialogs.edit(null);
        }}
      />
      <Dialog title={CHART.summary} open={props.dialogs.isSummary()} onClose={() => props.dialogs.setSummary(false)}>
        <div class="stack">
          <p>{summary()}</p>
          <p class="quiet">{CHART.summaryOf.orders(orders())}</p>
        </div>
      </Dialog>
      <AskDialog
        open={props.dialogs.asking() !== null}
        title={QUESTIONS[asking()].title}
        label={QUESTIONS[asking()].label}
        hint={QUESTIONS[asking()].hint}
        action={QUESTIONS[asking()].action}
        type={asking() === "date" ? "date" : "text"}
        onAnswer={(text) => answers[asking()](text)}
        onClose={props.dialogs.closeAsking}
      />
    </>
  );
}
