/** Realised gains of the range, lot by lot, with wash sales; a file of them. */
import { createMemo, createResource, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { direction, money, signedMoney } from "../../format/numbers.ts";
import { csvText } from "../../format/csv.ts";
import { saveCsv } from "../../format/download.ts";
import { ExplainButton } from "../../portfolio/ExplainButton.tsx";
import { RealizedTable } from "../../portfolio/RealizedTable.tsx";
import { PORTFOLIO } from "../../text/en/portfolio.ts";
import { boundsOf, performanceOf, type Realized, type RangeId, realizedSince } from "./data.ts";
import { Loaded } from "./Loaded.tsx";

export function RealizedTab(props: { readonly account: string; readonly range: RangeId }): JSX.Element {
  const [realized] = createResource(
    () => [props.account, props.range] as const,
    async ([id, range]) => {
      const { from } = range === "all" ? { from: null } : await performanceOf(id, range);
      return realizedSince(id, from);
    },
  );
  return (
    <section class="card">
      <Loaded of={realized}>{({ items }) => <List items={items} range={props.range} />}</Loaded>
    </section>
  );
}

const FILE_COLUMNS = [
  "type",
  "symbol",
  "lot_id",
  "acquired_at",
  "transaction_time",
  "qty",
  "cost_basis",
  "proceeds",
  "gain",
  "term",
  "disallowed_loss",
] as const;

function List(props: { readonly items: readonly Realized[]; readonly range: RangeId }): JSX.Element {
  const sums = createMemo(() => {
    let [short, long, disallowed] = [0, 0, 0];
    for (const item of props.items) {
      if (item.type === "wash_sale") disallowed += Number(item.disallowed_loss);
      else if (item.term === "long") long += Number(item.gain);
      else short += Number(item.gain);
    }
    return { short, long, disallowed };
  });
  const save = (): void => {
    const rows = props.items.map((item) => {
      const fields = item as Readonly<Record<string, unknown>>;
      return FILE_COLUMNS.map((name) => (fields[name] === undefined ? "" : String(fields[name] as string | number)));
    });
    saveCsv(`realised-${new Date().toISOString().slice(0, 10)}.csv`, csvText(FILE_COLUMNS, rows));
  };
  return (
    <div class="stack">
      <div class="spread wrap">
        <dl class="figures grow">
          <div>
            <dt>{PORTFOLIO.realizedTotal}</dt>
            <dd class={direction(sums().short + sums().long)}>
              <ExplainButton
                figure="realized_pl"
                name={PORTFOLIO.figures["realized_pl"] ?? ""}
                range={boundsOf(props.range)}
              >
                {signedMoney(sums().short + sums().long)}
              </ExplainButton>
            </dd>
          </div>
          <div>
            <dt>{PORTFOLIO.short}</dt>
            <dd>{signedMoney(sums().short)}</dd>
          </div>
          <div>
            <dt>{PORTFOLIO.long}</dt>
            <dd>{signedMoney(sums().long)}</dd>
          </div>
          <div>
            <dt>{PORTFOLIO.disallowed}</dt>
            <dd>{money(sums().disallowed)}</dd>
          </div>
        </dl>
        <Button icon="download" disabled={props.items.length === 0} onClick={save}>
          {PORTFOLIO.exportCsv}
        </Button>
      </div>
      <Show when={props.items.length > 0} fallback={<p class="muted">{PORTFOLIO.realizedNone}</p>}>
        <RealizedTable items={props.items} />
      </Show>
    </div>
  );
}
