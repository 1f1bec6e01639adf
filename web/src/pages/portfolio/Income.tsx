/** Fees that were charged, and income, of which there is none here. */
import { createResource, type JSX } from "solid-js";
import { createPaged } from "../../account/paged.ts";
import { money } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { activitiesPage } from "../../panels/blotter/fills.ts";
import { activityAmount, activityAt, activityText } from "../../panels/blotter/otherColumns.tsx";
import { PagedTable } from "../../portfolio/PagedTable.tsx";
import { EXPLAIN, PORTFOLIO } from "../../text/en/portfolio.ts";
import { FIELDS } from "../../text/en/blotter.ts";
import { performanceOf, type RangeId } from "./data.ts";
import { Loaded } from "./Loaded.tsx";

export function Income(props: { readonly account: string; readonly range: RangeId }): JSX.Element {
  const [performance] = createResource(
    () => [props.account, props.range] as const,
    ([id, range]) => performanceOf(id, range),
  );
  const fees = createPaged(
    () => props.account,
    (account: string, place: string | null) => activitiesPage(account, "FEE", place),
  );
  return (
    <div class="stack portfolio-stack">
      <section class="card">
        <Loaded of={performance}>
          {(given) => (
            <dl class="figures">
              <div>
                <dt>
                  {PORTFOLIO.fees}, {PORTFOLIO.ranges[props.range]}
                </dt>
                <dd data-figure="fees">{money(given.fees)}</dd>
              </div>
              <div>
                <dt>{PORTFOLIO.dividends}</dt>
                <dd>{money(0)}</dd>
              </div>
              <div>
                <dt>{PORTFOLIO.interest}</dt>
                <dd>{money(0)}</dd>
              </div>
            </dl>
          )}
        </Loaded>
        <p class="muted small">{PORTFOLIO.noDividends}</p>
      </section>
      <section class="card">
        <h2 class="card-title">{PORTFOLIO.feeList}</h2>
        <PagedTable
          of={fees}
          label={PORTFOLIO.feeList}
          none={PORTFOLIO.noFees}
          tall
          titles={[{ text: PORTFOLIO.time }, { text: FIELDS.description }, { text: EXPLAIN.fees, numeric: true }]}
          cells={(fee) => [fullTime(activityAt(fee)), activityText(fee), money(-activityAmount(fee))]}
        />
      </section>
    </div>
  );
}
