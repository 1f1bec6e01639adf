/** Positions with live profit and loss, and their tax lots. */
import { sameTexts } from "../../design/sameTexts.ts";
import { createMemo, createSignal, For, Show, type Accessor, type JSX } from "solid-js";
import { sumOf } from "../../account/mergedOrders.ts";
import { marketOf, positionNow, positions, type Position, type PositionNow } from "../../account/state.ts";
import { isShared } from "../../api/session.ts";
import { Button, IconButton } from "../../design/components/Button.tsx";
import { Menu, type MenuItem } from "../../design/components/Menu.tsx";
import { isStale } from "../../feed/stale.ts";
import { follow } from "../../feed/store.ts";
import { direction, money, price, quantity, signedMoney, signedPercent } from "../../format/numbers.ts";
import { askFlatten } from "../../orders/emergency.tsx";
import { askTicket } from "../../orders/ticketRequest.ts";
import { BLOTTER, FIELDS, POSITIONS } from "../../text/en/blotter.ts";
import { List, type ListState } from "./List.tsx";
import type { ListColumn } from "./list.ts";
import { hiddenHead } from "./orderColumns.tsx";
import { POSITION_COLUMNS } from "./positionColumns.tsx";
import { SaleDialog, type Sale } from "./SaleDialog.tsx";
import { saleOfPosition } from "./sales.ts";
import { UnknownRequests } from "./UnknownRequests.tsx";

const PARTS = [75, 50, 25] as const;

export interface PositionsProps {
  readonly state: ListState;
  readonly setState: (state: ListState) => void;
  readonly showSymbol: (symbol: string) => void;
  readonly showLots: (symbol: string) => void;
  readonly onOpen: (position: Position) => void;
}

/** Follows the trades of every position, so that its figures move. */
export function FollowPositions(): JSX.Element {
  const symbols = createMemo(() => [...positions().values()].map(marketOf), undefined, {
    equals: sameTexts,
  });
  return <For each={symbols()}>{(symbol) => (follow(symbol, "trades"), null)}</For>;
}

export function Positions(props: PositionsProps): JSX.Element {
  const [sale, setSale] = createSignal<Sale | null>(null);
  const ask = (position: Position, percentage: number): void => void setSale(saleOfPosition(position, percentage));
  const ticket = (position: Position, side: "buy" | "sell"): void => {
    askTicket({ symbol: marketOf(position), side, ...(side === "sell" ? { qty: position.qty_available } : {}) });
  };
  const items = (position: Position): readonly MenuItem[] => [
    { text: BLOTTER.details, icon: "eye", onChoose: () => props.onOpen(position) },
    { text: POSITIONS.lots, icon: "table", onChoose: () => props.showLots(position.symbol) },
    ...(isShared()
      ? []
      : ([
          { text: POSITIONS.closeAll(position.symbol), icon: "close", onChoose: () => ask(position, 100) },
          ...PARTS.map((percentage) => ({
            text: POSITIONS.closePart(`${percentage}%`, position.symbol),
            icon: "minus" as const,
            onChoose: () => ask(position, percentage),
          })),
          { text: POSITIONS.buyMore, icon: "add", onChoose: () => ticket(position, "buy") },
          { text: POSITIONS.sellTicket, icon: "edit", onChoose: () => ticket(position, "sell") },
          { text: POSITIONS.reverse, icon: "swap", disabled: true, onChoose: () => {} },
        ] as const)),
    { text: BLOTTER.showSymbol(position.symbol), icon: "bars", onChoose: () => props.showSymbol(marketOf(position)) },
  ];
  const controls = (position: Accessor<Position>): JSX.Element => (
    <span class="row row-actions">
      <Show when={!isShared()}>
        <IconButton icon="close" label={POSITIONS.closeAll(position().symbol)} onClick={() => ask(position(), 100)} />
      </Show>
      <Menu label={BLOTTER.rowActions(position().symbol)} items={items(position())} />
    </span>
  );
  const columns: readonly ListColumn<Position>[] = [
    ...POSITION_COLUMNS,
    { id: "actions", title: BLOTTER.actions, head: hiddenHead, pinned: true, cell: () => null, live: controls },
  ];
  return (
    <>
      <FollowPositions />
      <UnknownRequests />
      <List
        label={BLOTTER.tabs.positions}
        file="positions"
        rows={[...positions().values()]}
        columns={columns}
        rowKey={({ symbol }) => symbol}
        factsOf={(position) => ({
          words: `${position.symbol} ${position.asset_class}`,
          symbol: position.symbol,
        })}
        state={props.state}
        setState={props.setState}
        empty={BLOTTER.none.positions}
        onOpen={props.onOpen}
        card={(position) => <PositionCard position={position} controls={controls} />}
        actions={() => (
          <Show when={!isShared()}>
            <Button kind="danger" onClick={askFlatten}>
              {POSITIONS.flatten}
            </Button>
          </Show>
        )}
        foot={<Totals />}
      />
      <SaleDialog sale={sale()} onClose={() => setSale(null)} />
    </>
  );
}

/** What all positions come to; moves with their prices. */
function Totals(): JSX.Element {
  const all = createMemo(() => [...positions().values()].map(positionNow));
  const sum = (of: (now: PositionNow) => number | null): number =>
    all().reduce((total, now) => total + (of(now) ?? 0), 0);
  const unrealized = (): number => sum((now) => now.unrealized);
  const cost = (): number => sum((now) => (now.value ?? 0) - (now.unrealized ?? 0));
  // After a fill it is unknown until the positions are read again.
  const today = (): number | null => sumOf(all().map((now) => now.today));
  return (
    <Show when={all().length > 0}>
      <div class="list-foot">
        <strong>{POSITIONS.total}</strong>
        <span>
          {FIELDS.value} {money(sum((now) => now.value))}
        </span>
        <span>
          {FIELDS.unrealized}{" "}
          <span class={direction(unrealized())}>
            {signedMoney(unrealized())} ({signedPercent(cost() === 0 ? null : unrealized() / cost())})
          </span>
        </span>
        <span>
          {FIELDS.today} <span class={direction(today())}>{signedMoney(today())}</span>
        </span>
      </div>
    </Show>
  );
}

/** A position on a phone. */
function PositionCard(props: {
  readonly position: Accessor<Position>;
  readonly controls: (position: Accessor<Position>) => JSX.Element;
}): JSX.Element {
  const position = (): Position => props.position();
  const now = createMemo(() => positionNow(position()));
  const isOld = (): boolean => isStale(marketOf(position()));
  const look = (change: number | null): string => (isOld() ? "stale" : direction(change));
  return (
    <div class="list-card">
      <div>
        <div class="title clip">{position().symbol}</div>
        <div class="quiet clip">
          {quantity(position().qty)} at {price(Number(position().avg_entry_price))}
        </div>
        <div class="muted clip">
          {FIELDS.last} <span classList={{ stale: isOld() }}>{price(now().price)}</span>
        </div>
      </div>
      <div class="end">
        <div classList={{ stale: isOld() }}>{money(now().value)}</div>
        <div class={look(now().unrealized)}>
          {signedMoney(now().unrealized)} ({signedPercent(now().unrealizedShare)})
        </div>
        <div class={look(now().today)}>
          <span class="muted">{FIELDS.today}</span> {signedMoney(now().today)}
        </div>
      </div>
      {props.controls(props.position)}
    </div>
  );
}
