import { createResource, createSignal, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { Badge } from "../../design/components/small.tsx";
import { price, quantity } from "../../format/numbers.ts";
import { fullTime, recent } from "../../format/times.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Action } from "../console/Action.tsx";
import { Card, Detail, Facts, Failure, Read, reading, RowLink, Rows, settled } from "../console/parts.tsx";
import { BreakerAction, ListAction, OneInstrument } from "./Instruments.tsx";
import { pathOf, readMarkets } from "./marketStates.ts";
import type { Market } from "./wire.ts";

const T = ADMIN.markets;
const REOPENING_SECONDS = "300";

const phaseTone = (phase: Market["phase"]): "good" | "danger" | "warn" | undefined =>
  phase === "continuous" ? "good" : phase === "halted" ? "danger" : phase === "closed" ? undefined : "warn";

/** All markets with their phases; one is shown with what can be done about it. */
export function Markets(): JSX.Element {
  const [markets, { refetch }] = createResource(readMarkets);
  const [chosen, setChosen] = createSignal<string | null>(null);
  const again = (): void => void refetch();
  return (
    <>
      <Card
        title={T.list}
        hideTitle
        tools={
          <div class="row wrap">
            <Button icon="refresh" onClick={again}>
              {CONSOLE.refresh}
            </Button>
            <ListAction onDone={again} />
            <BreakerAction onDone={again} />
          </div>
        }
      >
        <Show when={markets.error === undefined} fallback={<Failure error={markets.error} />}>
          <Rows
            label={T.list}
            rows={settled(markets) ?? []}
            empty={markets.loading ? "…" : T.none}
            isCurrent={({ symbol }) => symbol === chosen()}
            columns={[
              {
                title: T.symbol,
                cell: ({ symbol }) => <RowLink onChoose={() => setChosen(symbol)}>{symbol}</RowLink>,
              },
              { title: T.phase, cell: ({ phase }) => <Badge tone={phaseTone(phase)}>{ADMIN.phases[phase]}</Badge> },
              { title: T.halt, cell: ({ halt }) => (halt === null ? "–" : ADMIN.halts[halt]) },
              { title: T.until, cell: ({ until }) => recent(until ?? undefined) },
              {
                title: T.last,
                numeric: true,
                cell: ({ last_trade: last }) => price(Number(last?.price ?? Number.NaN)),
              },
              { title: T.tier, numeric: true, cell: ({ luld_tier: tier }) => tier ?? "–" },
              { title: T.orders, numeric: true, cell: ({ orders }) => quantity(orders) },
            ]}
          />
        </Show>
      </Card>
      <Show when={chosen()} keyed>
        {(symbol) => (
          <Detail card>
            <OneMarket symbol={symbol} onChanged={again} />
            <OneInstrument symbol={symbol} onChanged={again} />
          </Detail>
        )}
      </Show>
    </>
  );
}

function OneMarket(props: { readonly symbol: string; readonly onChanged: () => void }): JSX.Element {
  const market = reading<Market>(() => pathOf(props.symbol));
  const changed = (): void => {
    market.again();
    props.onChanged();
  };
  return (
    <section class="card stack" aria-labelledby="market-one">
      <Read from={market}>
        {(now) => (
          <>
            <div class="console-head">
              <h2 id="market-one">
                {props.symbol} <Badge tone={phaseTone(now().phase)}>{ADMIN.phases[now().phase]}</Badge>
              </h2>
              <div class="row wrap">
                <Action
                  text={T.doHalt}
                  says={T.haltSays(props.symbol)}
                  icon="stop"
                  kind="danger"
                  disabled={now().phase === "halted"}
                  why={T.isHalted}
                  questions={[
                    {
                      name: "reason",
                      label: T.reason,
                      kind: "select",
                      value: "manual",
                      options: [
                        { value: "manual", text: T.reasons.manual },
                        { value: "news", text: T.reasons.news },
                      ],
                    },
                    { name: "until", label: T.haltUntil, kind: "time" },
                  ]}
                  deed={({ reason, until }) => ({
                    method: "POST",
                    path: `${pathOf(props.symbol)}/halt`,
                    body: {
                      reason,
                      until: until === undefined || until === "" ? null : new Date(until).toISOString(),
                    },
                  })}
                  onDone={changed}
                />
                <Action
                  text={T.doResume}
                  says={T.resumeSays(props.symbol)}
                  icon="bolt"
                  disabled={now().phase !== "halted"}
                  why={T.notHalted}
                  questions={[
                    { name: "call", label: T.call, kind: "decimal", value: REOPENING_SECONDS, required: true },
                  ]}
                  deed={({ call }) => ({
                    method: "POST",
                    path: `${pathOf(props.symbol)}/resume`,
                    body: { call_seconds: Number(call) },
                  })}
                  onDone={changed}
                />
                <Action
                  text={T.setTier}
                  says={T.tierSays}
                  icon="edit"
                  questions={[
                    {
                      name: "tier",
                      label: T.tier,
                      kind: "select",
                      value: String(now().luld_tier ?? ""),
                      options: [
                        { value: "", text: T.tiers.none },
                        { value: "1", text: T.tiers[1] },
                        { value: "2", text: T.tiers[2] },
                      ],
                    },
                  ]}
                  deed={({ tier }) => ({
                    method: "PATCH",
                    path: pathOf(props.symbol),
                    body: { luld_tier: tier === "" ? null : Number(tier) },
                  })}
                  onDone={changed}
                />
              </div>
            </div>
            <Facts
              of={[
                [T.phase, ADMIN.phases[now().phase]],
                [T.session, now().session],
                [T.since, fullTime(now().since)],
                [T.until, fullTime(now().until ?? undefined)],
                [T.halt, haltText(now())],
                [T.bands, bandsText(now())],
                [T.tier, now().luld_tier ?? T.tiers.none],
                [T.indicative, now().indicative?.price ?? "–"],
                [T.last, lastText(now())],
                [T.orders, quantity(now().orders)],
                [T.accounts, quantity(now().accounts)],
                [T.sequence, quantity(now().sequence)],
              ]}
            />
          </>
        )}
      </Read>
    </section>
  );
}

function haltText({ halt }: Market): string {
  return halt === null ? "–" : ADMIN.halts[halt];
}

function bandsText({ bands }: Market): string {
  return bands === null ? "–" : `${bands.lower} – ${bands.upper} (${bands.reference})`;
}

function lastText({ last_trade: last }: Market): string {
  return last === null ? "–" : `${last.price} × ${last.qty}, ${fullTime(last.at)}`;
}
