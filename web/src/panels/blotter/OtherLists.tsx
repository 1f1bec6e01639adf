/** Fills, tax lots and activities. */
import { createMemo, createSignal, Show, type Accessor, type JSX } from "solid-js";
import type { Paged } from "../../account/paged.ts";
import { isShared } from "../../api/session.ts";
import { Menu } from "../../design/components/Menu.tsx";
import { Badge } from "../../design/components/small.tsx";
import type { Option } from "../../design/components/Field.tsx";
import { direction, money, price, quantity, signedMoney } from "../../format/numbers.ts";
import { day, recent } from "../../format/times.ts";
import { ACTIVITY, BLOTTER, FIELDS, POSITIONS } from "../../text/en/blotter.ts";
import type { Activity, Fill } from "./fills.ts";
import { List, type ListState, type MoreRows } from "./List.tsx";
import type { ListColumn } from "./list.ts";
import type { Lot } from "./lots.ts";
import { Side, hiddenHead } from "./orderColumns.tsx";
import { SaleDialog, type Sale } from "./SaleDialog.tsx";
import { saleOfLot } from "./sales.ts";
import {
  ACTIVITY_COLUMNS,
  activityAmount,
  activityAt,
  activityText,
  FILL_COLUMNS,
  LOT_COLUMNS,
} from "./otherColumns.tsx";

interface Shown<Row> {
  readonly rows: readonly Row[];
  readonly state: ListState;
  readonly setState: (state: ListState) => void;
}

export function Fills(
  props: Shown<Fill> & { readonly paged: MoreRows; readonly onOpen: (fill: Fill) => void },
): JSX.Element {
  return (
    <List
      label={BLOTTER.tabs.fills}
      file="fills"
      rows={props.rows}
      columns={FILL_COLUMNS}
      rowKey={({ key }) => key}
      factsOf={(fill) => ({
        words: `${fill.symbol} ${BLOTTER.sides[fill.side] ?? ""} ${fill.orderId}`,
        symbol: fill.symbol,
        side: fill.side,
        at: Date.parse(fill.at),
      })}
      state={props.state}
      setState={props.setState}
      hasSides
      hasDays
      paged={props.paged}
      empty={BLOTTER.none.fills}
      onOpen={props.onOpen}
      card={(fill) => (
        <div class="list-card">
          <div>
            <div class="title clip">
              <Side side={fill().side} /> {fill().symbol}
            </div>
            <div class="muted clip">{recent(fill().at)}</div>
          </div>
          <div class="end">
            <div>
              {quantity(fill().qty)} × {price(Number(fill().price))}
            </div>
            <div class="quiet">{money(Number(fill().qty) * Number(fill().price))}</div>
          </div>
        </div>
      )}
      cardHeight={60}
    />
  );
}

export function Lots(props: Shown<Lot> & { readonly loading: boolean; readonly error: string | null }): JSX.Element {
  const [sale, setSale] = createSignal<Sale | null>(null);
  const controls = (lot: Accessor<Lot>): JSX.Element => (
    <Show when={!isShared()}>
      <span class="row row-actions">
        <Menu
          label={BLOTTER.rowActions(`${lot().symbol}, ${FIELDS.lot} ${lot().lot_id}`)}
          items={[
            {
              text: POSITIONS.sellLot,
              icon: "minus",
              disabled: Number(lot().qty_available) <= 0,
              onChoose: () => setSale(saleOfLot(lot())),
            },
          ]}
        />
      </span>
    </Show>
  );
  const columns: readonly ListColumn<Lot>[] = [
    ...LOT_COLUMNS,
    { id: "actions", title: BLOTTER.actions, head: hiddenHead, pinned: true, cell: () => null, live: controls },
  ];
  const paged: MoreRows = {
    more: () => false,
    loading: () => props.loading,
    error: () => props.error,
    loadMore: () => {},
  };
  return (
    <>
      <List
        label={BLOTTER.tabs.lots}
        file="tax-lots"
        rows={props.rows}
        columns={columns}
        rowKey={(lot) => `${lot.symbol} ${lot.lot_id}`}
        factsOf={(lot) => ({
          words: `${lot.symbol} ${lot.lot_id} ${lot.term} ${POSITIONS.sources[lot.source] ?? ""}`,
          symbol: lot.symbol,
          at: Date.parse(lot.acquired_at),
        })}
        state={props.state}
        setState={props.setState}
        hasDays
        paged={paged}
        empty={BLOTTER.none.lots}
        card={(lot) => (
          <div class="list-card">
            <div>
              <div class="title clip">
                {lot().symbol} <span class="muted">{`${FIELDS.lot} ${lot().lot_id}`}</span>
              </div>
              <div class="muted clip">{day(lot().acquired_at)}</div>
            </div>
            <div class="end">
              <div>{quantity(lot().qty)}</div>
              <div class={direction(Number(lot().unrealized_pl))}>{signedMoney(Number(lot().unrealized_pl))}</div>
            </div>
            {controls(lot)}
          </div>
        )}
        cardHeight={60}
      />
      <SaleDialog sale={sale()} onClose={() => setSale(null)} />
    </>
  );
}

export function Activities(props: Omit<Shown<Activity>, "rows"> & { readonly paged: Paged<Activity> }): JSX.Element {
  const states = createMemo((): readonly Option[] => [
    { value: "", text: BLOTTER.allTypes },
    ...Object.entries(ACTIVITY.types).map(([value, text]) => ({ value, text })),
  ]);
  return (
    <List
      label={BLOTTER.tabs.activity}
      file="activity"
      rows={props.paged.rows()}
      columns={ACTIVITY_COLUMNS}
      rowKey={({ id }) => id}
      factsOf={(activity) => ({
        words: `${activityText(activity)} ${ACTIVITY.types[activity.activity_type] ?? ""} ${activity.id}`,
        symbol: activity.symbol ?? "",
        status: activity.activity_type,
        at: Date.parse(activityAt(activity)),
      })}
      state={props.state}
      setState={props.setState}
      states={states()}
      statesLabel={BLOTTER.type}
      hasDays
      paged={props.paged}
      empty={BLOTTER.none.activity}
      card={(activity) => (
        <div class="list-card">
          <div>
            <div class="row">
              <Badge>{ACTIVITY.types[activity().activity_type] ?? activity().activity_type}</Badge>
              <strong class="clip">{activity().symbol ?? ""}</strong>
            </div>
            <div class="quiet clip">{activityText(activity())}</div>
          </div>
          <div class="end">
            <div class={direction(activityAmount(activity()))}>{signedMoney(activityAmount(activity()))}</div>
            <div class="muted">{recent(activityAt(activity()))}</div>
          </div>
        </div>
      )}
      cardHeight={64}
    />
  );
}
