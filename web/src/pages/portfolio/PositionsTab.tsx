/** Positions of the range: what each was worth, gained and contributed, with its lots. */
import { createMemo, createResource, createSignal, For, Show, type JSX } from "solid-js";
import { positionNow, positions } from "../../account/state.ts";
import { Icon } from "../../design/components/Icon.tsx";
import { direction, money, price, quantity, signedMoney, signedPercent } from "../../format/numbers.ts";
import { lotsOf } from "../../panels/blotter/lots.ts";
import { LotTable } from "../../panels/blotter/PositionDetails.tsx";
import { ExplainButton } from "../../portfolio/ExplainButton.tsx";
import { PORTFOLIO } from "../../text/en/portfolio.ts";
import { performanceOf, type Performance, type RangeId } from "./data.ts";
import { RangeFigure } from "./Figures.tsx";
import { Loaded } from "./Loaded.tsx";

type Row = NonNullable<Performance["positions"]>[number];

const COLUMNS = 9;

export function PositionsTab(props: { readonly account: string; readonly range: RangeId }): JSX.Element {
  const [answer] = createResource(
    () => [props.account, props.range] as const,
    ([id, range]) => performanceOf(id, range, { by: "position" }),
  );
  return (
    <section class="card">
      <Loaded of={answer}>
        {(given) => (
          <Show when={(given.positions ?? []).length > 0} fallback={<p class="muted">{PORTFOLIO.noPositions}</p>}>
            <div class="table-scroll" tabindex={0} role="region" aria-label={PORTFOLIO.tabs.positions}>
              <table class="plain-table">
                <thead>
                  <tr>
                    <th scope="col">{PORTFOLIO.symbol}</th>
                    <For
                      each={[
                        PORTFOLIO.qty,
                        PORTFOLIO.last,
                        PORTFOLIO.value,
                        PORTFOLIO.cost,
                        PORTFOLIO.unrealized,
                        PORTFOLIO.gain,
                        PORTFOLIO.figures["total_return"],
                        PORTFOLIO.contribution,
                      ]}
                    >
                      {(title) => (
                        <th scope="col" class="num">
                          {title}
                        </th>
                      )}
                    </For>
                  </tr>
                </thead>
                <tbody>
                  <For each={given.positions}>
                    {(row) => <PositionRow row={row} account={props.account} range={props.range} />}
                  </For>
                </tbody>
                <Show when={Number(given.residual_gain ?? 0) !== 0}>
                  <tfoot>
                    <tr>
                      <th scope="row" colspan={6}>
                        {PORTFOLIO.residual}
                      </th>
                      <td class="num">{signedMoney(Number(given.residual_gain))}</td>
                      <td colspan={2} />
                    </tr>
                  </tfoot>
                </Show>
              </table>
            </div>
          </Show>
        )}
      </Loaded>
    </section>
  );
}

function PositionRow(props: { readonly row: Row; readonly account: string; readonly range: RangeId }): JSX.Element {
  const { symbol } = props.row;
  const [open, setOpen] = createSignal(false);
  const position = createMemo(() => positions().get(symbol));
  const now = createMemo(() => {
    const held = position();
    return held === undefined ? null : positionNow(held);
  });
  const [lots] = createResource(
    () => open() && `${position()?.qty ?? ""}`,
    () => lotsOf(props.account, symbol),
  );
  return (
    <>
      <tr>
        <th scope="row">
          <Show when={position()} fallback={<strong>{symbol}</strong>}>
            <button
              type="button"
              class="figure-button row"
              aria-expanded={open()}
              aria-label={PORTFOLIO.showLots(symbol)}
              onClick={() => setOpen(!open())}
            >
              <Icon name={open() ? "chevronDown" : "chevronRight"} size={12} />
              <strong>{symbol}</strong>
            </button>
          </Show>
        </th>
        <td class="num">{quantity(position()?.qty ?? 0)}</td>
        <td class="num">{price(now()?.price)}</td>
        <td class="num">{money(now()?.value ?? 0)}</td>
        <td class="num">
          <Show when={position()} fallback={money(0)}>
            {(held) => (
              <ExplainButton figure="cost_basis" name={`${PORTFOLIO.cost} ${symbol}`} symbol={symbol}>
                {money(held().cost_basis)}
              </ExplainButton>
            )}
          </Show>
        </td>
        <td class="num">
          <Show when={position()} fallback={money(0)}>
            <ExplainButton figure="unrealized_pl" name={`${PORTFOLIO.unrealized} ${symbol}`} symbol={symbol}>
              <span class={direction(now()?.unrealized)}>{signedMoney(now()?.unrealized)}</span>
            </ExplainButton>
          </Show>
        </td>
        <td class="num">
          <span class={direction(Number(props.row.gain))}>
            {signedMoney(props.row.gain === null ? null : Number(props.row.gain))}
          </span>
        </td>
        <td class="num">
          <RangeFigure
            figure="total_return"
            value={props.row.figures.total_return.value}
            reason={props.row.figures.total_return.reason}
            range={props.range}
            symbol={symbol}
          />
        </td>
        <td class="num">
          <span class={direction(props.row.contribution.value)}>{signedPercent(props.row.contribution.value)}</span>
        </td>
      </tr>
      <Show when={open()}>
        <tr>
          <td colspan={COLUMNS} class="nested-rows">
            <Loaded of={lots}>{(given) => <LotTable lots={given} label={PORTFOLIO.showLots(symbol)} />}</Loaded>
          </td>
        </tr>
      </Show>
    </>
  );
}
