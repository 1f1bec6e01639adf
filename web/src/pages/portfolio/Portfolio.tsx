import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, Match, Show, Switch, type JSX } from "solid-js";
import { account, accountId, isPaper } from "../../api/session.ts";
import { Segments } from "../../design/components/Segments.tsx";
import { Badge } from "../../design/components/small.tsx";
import { Tabs } from "../../design/components/Tabs.tsx";
import { FollowPositions } from "../../panels/blotter/Positions.tsx";
import { BALANCES, PORTFOLIO } from "../../text/en/portfolio.ts";
import { Allocation } from "./Allocation.tsx";
import { RANGES, type RangeId } from "./data.ts";
import { Income } from "./Income.tsx";
import { Overview } from "./Overview.tsx";
import { Performance } from "./Performance.tsx";
import { PositionsTab } from "./PositionsTab.tsx";
import { RealizedTab } from "./RealizedTab.tsx";
import "./portfolio.css";

type TabId = keyof typeof PORTFOLIO.tabs;
const TABS = Object.keys(PORTFOLIO.tabs) as TabId[];

/** How the account has done, how it is divided, and what every figure is made of. */
export default function Portfolio(): JSX.Element {
  const params = useParams<{ rest?: string }>();
  const navigate = useNavigate();
  const tab = (): TabId => TABS.find((id) => id === params.rest) ?? "overview";
  const [range, setRange] = createSignal<RangeId>("1M");
  return (
    <div class="page portfolio">
      <FollowPositions />
      <div class="spread wrap portfolio-head">
        <div class="row">
          <h1>{PORTFOLIO.title}</h1>
          <span class="muted">{account()?.account?.name || account()?.account?.account_number || ""}</span>
          <Show when={isPaper()}>
            <Badge tone="paper">{BALANCES.paperMoney}</Badge>
          </Show>
        </div>
        <Segments
          label={PORTFOLIO.range}
          options={RANGES.map((id) => ({ value: id, text: PORTFOLIO.ranges[id] ?? id }))}
          value={range()}
          onChange={(id) => setRange(id as RangeId)}
        />
      </div>
      <Tabs
        label={PORTFOLIO.title}
        tabs={TABS.map((id) => ({ id, text: PORTFOLIO.tabs[id] }))}
        value={tab()}
        onChange={(id) => navigate(id === "overview" ? "/portfolio" : `/portfolio/${id}`, { scroll: false })}
      >
        <Show when={accountId()} keyed>
          {(id) => (
            <div class="portfolio-tab">
              <Switch>
                <Match when={tab() === "overview"}>
                  <Overview account={id} range={range()} />
                </Match>
                <Match when={tab() === "performance"}>
                  <Performance account={id} range={range()} />
                </Match>
                <Match when={tab() === "allocation"}>
                  <Allocation />
                </Match>
                <Match when={tab() === "positions"}>
                  <PositionsTab account={id} range={range()} />
                </Match>
                <Match when={tab() === "realized"}>
                  <RealizedTab account={id} range={range()} />
                </Match>
                <Match when={tab() === "income"}>
                  <Income account={id} range={range()} />
                </Match>
              </Switch>
            </div>
          )}
        </Show>
      </Tabs>
    </div>
  );
}
