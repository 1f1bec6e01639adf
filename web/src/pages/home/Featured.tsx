import { Show, type JSX } from "solid-js";
import { Badge, Empty, Figure } from "../../design/components/small.tsx";
import { changeOver, compact, direction, price, signed, signedPercent } from "../../format/numbers.ts";
import { dayAndTime } from "../../format/times.ts";
import { HOME } from "../../text/en/home.ts";
import { DayChart } from "./DayChart.tsx";
import type { SymbolOverview } from "./overview.ts";
import { Ticking } from "./Ticking.tsx";

/** One symbol in large: its price, its day, its figures. */
export function Featured(props: { readonly of: SymbolOverview; readonly stale: boolean }): JSX.Element {
  const values = (): readonly number[] => {
    const { spark, price: now } = props.of;
    return now === null ? spark : [...spark, now];
  };
  const percentText = (): string => signedPercent((props.of.change_percent ?? Number.NaN) / 100);
  const from = (): string => dayAndTime(props.of.spark_from);
  const spanText = (): string => signedPercent(changeOver(values()));
  const label = (): string =>
    HOME.dayLine(props.of.symbol, from(), price(Math.min(...values())), price(Math.max(...values())), spanText());
  return (
    <section class="card featured" aria-label={HOME.featured(props.of.symbol)}>
      <header class="spread">
        <div class="featured-name">
          <h2>{props.of.symbol}</h2>
          <p class="quiet small clip">{props.of.name}</p>
        </div>
        <Badge tone={props.stale ? "warn" : "good"}>
          <span class="live-dot" aria-hidden="true" />
          {props.stale ? HOME.stale : HOME.live}
        </Badge>
      </header>
      <p class="featured-price">
        <Ticking value={props.of.price} />
        <span class={direction(props.of.change)}>
          {signed(props.of.change)} ({percentText()})
        </span>
        <span class="muted small">{HOME.sinceClose}</span>
      </p>
      <Show when={values().length > 1} fallback={<Empty>{HOME.noDay}</Empty>}>
        <DayChart
          values={values()}
          close={props.of.previous_close}
          label={label()}
          from={HOME.since(from(), spanText())}
          to={HOME.now}
        />
      </Show>
      <dl class="figures featured-figures">
        <Figure name={HOME.bid}>{price(props.of.bid)}</Figure>
        <Figure name={HOME.ask}>{price(props.of.ask)}</Figure>
        <Figure name={HOME.low}>{price(props.of.low)}</Figure>
        <Figure name={HOME.high}>{price(props.of.high)}</Figure>
        <Figure name={HOME.volume}>{compact(props.of.volume)}</Figure>
      </dl>
    </section>
  );
}
