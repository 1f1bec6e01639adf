/** Balances of the account. Every figure can be opened: by the API where it explains it, or by the parts that are here. */
import { createEffect, createMemo, createResource, For, on, Show, type JSX } from "solid-js";
import type { WireSettlement } from "../../../../protocol/wire/settlement.ts";
import { balances, openOrders, positionNow, positions } from "../../account/state.ts";
import { allCash, valueNow } from "../../account/valuation.ts";
import { latestOf } from "../../api/latest.ts";
import { call } from "../../api/client.ts";
import { accountId, isPaper } from "../../api/session.ts";
import { Badge } from "../../design/components/small.tsx";
import { direction, money, signedMoney, signedPercent } from "../../format/numbers.ts";
import { day } from "../../format/times.ts";
import { orderText, orderValue } from "../../orders/orderText.ts";
import { ExplainButton, OpenFigure } from "../../portfolio/ExplainButton.tsx";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { BALANCES } from "../../text/en/portfolio.ts";
import { FollowPositions } from "../blotter/Positions.tsx";
import "./balances.css";

type Row = readonly [name: string, amount: number];

/** The figures of the account at the newest prices. */
interface Figures {
  readonly of: (name: string) => number;
  readonly settled: () => WireSettlement | undefined;
  readonly value: () => number;
  readonly unrealized: () => number;
  readonly allCash: () => number;
  readonly held: () => number;
}

function createFigures(): Figures {
  const of = (name: string): number => Number(balances()?.[name] ?? Number.NaN);
  const [settlement, { refetch }] = createResource(accountId, (account) =>
    call<WireSettlement>("GET", "/v1/account/settlement", { account }),
  );
  // A change of cash is a change of what has settled.
  createEffect(
    on(
      () => balances()?.["cash"],
      () => void refetch(),
      { defer: true },
    ),
  );
  const now = createMemo(valueNow);
  return {
    of,
    settled: () => latestOf(settlement),
    value: () => now().value,
    unrealized: () => now().unrealized,
    allCash,
    held: () => Math.max(0, allCash() - of("cash")),
  };
}

export function BalanceFigures(): JSX.Element {
  const figures = createFigures();
  const { of, settled } = figures;
  const equity = (): number => figures.allCash() + figures.value();
  const change = (): number => equity() - of("last_equity");
  const share = (): number | null => (of("last_equity") > 0 ? change() / of("last_equity") : null);
  return (
    <Show when={balances()} fallback={<p class="muted balances">{BALANCES.loading}</p>}>
      <FollowPositions />
      <div class="balances" tabindex={0} role="region" aria-label={BALANCES.title}>
        <div class="balances-head">
          <div>
            <div class="muted small">
              {BALANCES.equity}{" "}
              <Show when={isPaper()}>
                <Badge tone="paper">{BALANCES.paperMoney}</Badge>
              </Show>
            </div>
            <div class="balances-equity">
              <ExplainButton figure="equity" name={BALANCES.equity}>
                {money(equity())}
              </ExplainButton>
            </div>
          </div>
          <div>
            <div class="muted small">{BALANCES.change}</div>
            <div class={`balances-change ${direction(change())}`}>
              <ExplainButton figure="profit_loss" name={BALANCES.change} range={TODAY}>
                {signedMoney(change())} ({signedPercent(share())})
              </ExplainButton>
            </div>
          </div>
        </div>
        <Show when={balances()?.["trading_blocked"] === true}>
          <p class="notice" data-tone="danger">
            {BALANCES.blocked}
          </p>
        </Show>
        <Show when={settled()?.restricted_through}>
          {(until) => (
            <p class="notice" data-tone="warn">
              {BALANCES.restricted(dateText(until()))}
            </p>
          )}
        </Show>
        <dl class="balances-list">
          <CashLines figures={figures} />
          <PositionLines figures={figures} />
          <For each={settled()?.violations ?? []}>
            {({ date, kind }) => <Line name={BALANCES.kinds[kind] ?? kind}>{dateText(date)}</Line>}
          </For>
        </dl>
      </div>
    </Show>
  );
}

const TODAY = { period: "1D" } as const;

function CashLines(props: { readonly figures: Figures }): JSX.Element {
  const { of, settled, allCash, held } = props.figures;
  const unsettled = (): number => (settled()?.unsettled ?? []).reduce((sum, { amount }) => sum + Number(amount), 0);
  const settledCash = (): number => Number(settled()?.settled ?? Number.NaN);
  const available = (): readonly Row[] => [
    [BALANCES.allCash, allCash()],
    [BALANCES.held, -held()],
  ];
  const buys = (): readonly Row[] =>
    openOrders()
      .filter(({ side }) => side === "buy")
      .map((order) => [orderText(order), orderValue(order) ?? 0]);
  return (
    <>
      <Parts
        name={BALANCES.buyingPower}
        text={BALANCES.from.buyingPower}
        total={of("buying_power")}
        rows={available()}
      />
      <Parts name={BALANCES.cash} text={BALANCES.from.cash} total={of("cash")} rows={available()} />
      <Parts name={BALANCES.held} text={BALANCES.from.held} total={held()} rows={buys()} isEstimate />
      <Parts
        name={BALANCES.settled}
        text={BALANCES.from.settled}
        total={settledCash()}
        rows={[
          [BALANCES.allCash, allCash()],
          [BALANCES.unsettled, -unsettled()],
        ]}
      />
      <Parts
        name={BALANCES.unsettled}
        text={unsettled() === 0 ? BALANCES.nothingUnsettled : BALANCES.from.unsettled}
        total={unsettled()}
        rows={(settled()?.unsettled ?? []).map(({ settles_on: day, amount }): Row => [dateText(day), Number(amount)])}
      />
      <Parts
        name={BALANCES.withdrawable}
        text={BALANCES.from.withdrawable}
        total={of("cash_withdrawable")}
        rows={[[BALANCES.settled, settledCash()]]}
        isEstimate
      />
      <Parts
        name={BALANCES.coinPower}
        text={BALANCES.from.coinPower}
        total={of("non_marginable_buying_power")}
        rows={[[BALANCES.settled, settledCash()]]}
        isEstimate
      />
    </>
  );
}

function PositionLines(props: { readonly figures: Figures }): JSX.Element {
  const { of, value, unrealized } = props.figures;
  return (
    <>
      <Parts
        name={BALANCES.positions}
        text={BALANCES.from.positions}
        total={value()}
        rows={[...positions().values()].map((position): Row => [position.symbol, positionNow(position).value ?? 0])}
      />
      <Line name={BALANCES.cost}>
        <ExplainButton figure="cost_basis" name={BALANCES.cost}>
          {money(value() - unrealized())}
        </ExplainButton>
      </Line>
      <Line name={BALANCES.unrealized}>
        <ExplainButton figure="unrealized_pl" name={BALANCES.unrealized}>
          <span class={direction(unrealized())}>{signedMoney(unrealized())}</span>
        </ExplainButton>
      </Line>
      <Line name={BALANCES.lastEquity}>
        <ExplainButton figure="last_equity" name={BALANCES.lastEquity}>
          {money(of("last_equity"))}
        </ExplainButton>
      </Line>
    </>
  );
}

const dateText = (date: string): string => day(`${date}T12:00:00`);

function Line(props: { readonly name: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** A figure and what adds up to it. `isEstimate`: the parts are what it depends on, and do not add up to the cent. */
function Parts(props: {
  readonly name: string;
  readonly text: string;
  readonly total: number;
  readonly rows: readonly Row[];
  readonly isEstimate?: boolean;
}): JSX.Element {
  return (
    <Line name={props.name}>
      <OpenFigure name={props.name} shown={money(Number.isNaN(props.total) ? null : props.total)}>
        <div class="stack">
          <p class="explained-value">{money(Number.isNaN(props.total) ? null : props.total)}</p>
          <p>{props.text}</p>
          <Show when={props.rows.length > 0}>
            <PlainTable
              label={props.name}
              titles={[{ text: BALANCES.part }, { text: BALANCES.title, numeric: true }]}
              rows={props.rows.map(([name, amount]) => [name, money(Number.isNaN(amount) ? null : amount)])}
              foot={props.isEstimate === true ? [] : [[props.name, money(props.total)]]}
            />
          </Show>
        </div>
      </OpenFigure>
    </Line>
  );
}
