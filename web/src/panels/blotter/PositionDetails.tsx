/** Everything about one position: its figures, each of which can be opened, and its tax lots. */
import { createResource, Show, type JSX } from "solid-js";
import { positionNow, positions, type Position } from "../../account/state.ts";
import { errorText } from "../../api/error.ts";
import { accountId } from "../../api/session.ts";
import { direction, money, percent, price, quantity, signedMoney, signedPercent } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { ExplainButton } from "../../portfolio/ExplainButton.tsx";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { FIELDS, POSITIONS } from "../../text/en/blotter.ts";
import { TEXT } from "../../text/en.ts";
import { lotsOf, type Lot } from "./lots.ts";
import { Facts } from "./OrderDetails.tsx";
import { weightOf } from "./positionColumns.tsx";

export function PositionDetails(props: { readonly position: Position }): JSX.Element {
  const position = (): Position => positions().get(props.position.symbol) ?? props.position;
  const now = (): ReturnType<typeof positionNow> => positionNow(position());
  const [lots] = createResource(
    () => `${accountId() ?? ""} ${position().qty}`,
    () => lotsOf(accountId() ?? "", props.position.symbol),
  );
  const { symbol } = props.position;
  return (
    <div class="stack">
      <Facts
        rows={[
          [FIELDS.qty, quantity(position().qty)],
          [FIELDS.available, quantity(position().qty_available)],
          [FIELDS.entry, price(Number(position().avg_entry_price))],
          [FIELDS.last, <>{price(now().price)}</>],
          [FIELDS.value, <>{money(now().value)}</>],
          [
            FIELDS.cost,
            <ExplainButton figure="cost_basis" name={`${FIELDS.cost} ${symbol}`} symbol={symbol}>
              {money(position().cost_basis)}
            </ExplainButton>,
          ],
          [
            FIELDS.unrealized,
            <ExplainButton figure="unrealized_pl" name={`${FIELDS.unrealized} ${symbol}`} symbol={symbol}>
              <span class={direction(now().unrealized)}>
                {signedMoney(now().unrealized)} ({signedPercent(now().unrealizedShare)})
              </span>
            </ExplainButton>,
          ],
          [FIELDS.today, <span class={direction(now().today)}>{signedMoney(now().today)}</span>],
          [FIELDS.weight, <>{percent(weightOf(now()), 1)}</>],
        ]}
      />
      <h3>{POSITIONS.lots}</h3>
      <Show when={lots.state !== "errored"} fallback={<p class="field-error">{errorText(lots.error)}</p>}>
        <Show when={lots.state === "ready"} fallback={<p class="muted">{TEXT.common.loading}</p>}>
          <LotTable lots={lots() ?? []} label={`${POSITIONS.lots}: ${symbol}`} />
        </Show>
      </Show>
    </div>
  );
}

/** Tax lots as a plain table. */
export function LotTable(props: { readonly lots: readonly Lot[]; readonly label: string }): JSX.Element {
  return (
    <Show when={props.lots.length > 0} fallback={<p class="muted">{POSITIONS.noLots}</p>}>
      <PlainTable
        label={props.label}
        titles={[
          { text: FIELDS.lot, numeric: true },
          { text: FIELDS.acquired },
          { text: FIELDS.qty, numeric: true },
          { text: FIELDS.cost, numeric: true },
          { text: FIELDS.value, numeric: true },
          { text: FIELDS.unrealized, numeric: true },
          { text: FIELDS.term },
          { text: FIELDS.source },
        ]}
        rows={props.lots.map((lot) => [
          lot.lot_id,
          fullTime(lot.acquired_at),
          quantity(lot.qty),
          money(lot.cost_basis),
          money(lot.market_value),
          <span class={direction(Number(lot.unrealized_pl))}>{signedMoney(Number(lot.unrealized_pl))}</span>,
          lot.term === "long" ? POSITIONS.long : POSITIONS.short,
          POSITIONS.sources[lot.source] ?? lot.source,
        ])}
      />
    </Show>
  );
}
