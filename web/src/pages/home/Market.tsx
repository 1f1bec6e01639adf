import { For, Show, type JSX } from "solid-js";
import { Empty, Spark } from "../../design/components/small.tsx";
import { changeOver, compact, direction, signed, signedPercent } from "../../format/numbers.ts";
import { COMMON } from "../../text/en/common.ts";
import { HOME } from "../../text/en/home.ts";
import type { Overview, SymbolOverview } from "./overview.ts";
import { firstBy, turnover } from "./ranking.ts";
import { Ticking } from "./Ticking.tsx";

const LIST_LENGTH = 5;

const percentOf = (one: SymbolOverview | null): string => signedPercent((one?.change_percent ?? Number.NaN) / 100);

interface Props {
  readonly overview: Overview;
  readonly chosen: string;
  readonly onChoose: (symbol: string) => void;
}

/** The most active symbols, and those that gained and lost most. */
export function Leaders(props: Props): JSX.Element {
  const lists = [
    [HOME.mostActive, turnover],
    [HOME.gainers, ({ change_percent: change }: SymbolOverview) => (change === null || change <= 0 ? null : change)],
    [HOME.losers, ({ change_percent: change }: SymbolOverview) => (change === null || change >= 0 ? null : -change)],
  ] as const;
  return (
    <div class="leaders">
      <For each={lists}>
        {([title, value]) => (
          <section class="card leader" aria-label={title}>
            <h3>{title}</h3>
            <ul>
              <For
                each={firstBy(props.overview.all(), value, LIST_LENGTH)}
                fallback={<li class="muted small">{COMMON.none}</li>}
              >
                {(symbol) => (
                  <li>
                    <button type="button" class="leader-row" onClick={() => props.onChoose(symbol)}>
                      <b>{symbol}</b>
                      <Ticking value={props.overview.of(symbol)?.price ?? null} class="num" />
                      <span class={`num ${direction(props.overview.of(symbol)?.change)}`}>
                        {percentOf(props.overview.of(symbol))}
                      </span>
                    </button>
                  </li>
                )}
              </For>
            </ul>
          </section>
        )}
      </For>
    </div>
  );
}

/** Every listed symbol with its price, change, volume and day. */
export function MarketTable(props: Props): JSX.Element {
  return (
    <Show when={props.overview.symbols().length > 0} fallback={<Empty>{HOME.noMarket}</Empty>}>
      <div class="card market">
        <table class="table market-table">
          <thead>
            <tr>
              <th scope="col">{COMMON.symbol}</th>
              <th scope="col" class="market-name">
                {HOME.name}
              </th>
              <th scope="col">{HOME.day}</th>
              <th scope="col" class="num">
                {HOME.last}
              </th>
              <th scope="col" class="num market-change">
                {HOME.change}
              </th>
              <th scope="col" class="num">
                {HOME.changePercent}
              </th>
              <th scope="col" class="num market-volume">
                {HOME.volume}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.overview.symbols()}>
              {(symbol) => {
                const one = (): SymbolOverview | null => props.overview.of(symbol);
                return (
                  <tr aria-current={symbol === props.chosen ? "true" : undefined}>
                    <th scope="row">
                      <button type="button" class="market-symbol" onClick={() => props.onChoose(symbol)}>
                        {symbol}
                      </button>
                    </th>
                    <td class="market-name clip quiet">{one()?.name}</td>
                    <td>
                      <Spark
                        values={one()?.spark ?? []}
                        label={HOME.spark(signedPercent(changeOver(one()?.spark ?? [])))}
                        width={96}
                        height={24}
                      />
                    </td>
                    <td class="num">
                      <Ticking value={one()?.price ?? null} />
                    </td>
                    <td class={`num market-change ${direction(one()?.change)}`}>{signed(one()?.change)}</td>
                    <td class={`num ${direction(one()?.change)}`}>{percentOf(one())}</td>
                    <td class="num market-volume quiet">{compact(one()?.volume)}</td>
                  </tr>
                );
              }}
            </For>
          </tbody>
        </table>
      </div>
    </Show>
  );
}
