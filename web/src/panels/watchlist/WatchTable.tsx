import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  onCleanup,
  Show,
  untrack,
  type JSX,
} from "solid-js";
import { IconButton } from "../../design/components/Button.tsx";
import { Icon } from "../../design/components/Icon.tsx";
import { announce } from "../../design/components/notices.tsx";
import { follow } from "../../feed/store.ts";
import { isStale } from "../../feed/stale.ts";
import { HEADING, inSections, sortedBy } from "../../market/arrange.ts";
import { canEditWatchlists, moveInWatchlist, removeFromWatchlist, type Watchlist } from "../../market/watchlists.ts";
import { askTicket } from "../../orders/ticketRequest.ts";
import { COMMON } from "../../text/en/common.ts";
import { WATCHLIST } from "../../text/en/watchlist.ts";
import { Cell, classOf, nameOf, sortValue, type ColumnId, type SortId } from "./columns.tsx";
import type { WatchSettings } from "./Watchlist.tsx";
import "../sideButton.css";

/** Rows that are sorted by what moves change places at most once in this time, so that one can be hit. */
const SORT_MS = 3_000;

interface TableProps {
  readonly name: string;
  /** Null: the list of everything, which has no order of its own. */
  readonly list: Watchlist | null;
  readonly symbols: readonly string[];
  readonly settings: WatchSettings;
  readonly change: (part: Partial<WatchSettings>) => void;
  /** The symbol that the panels show which are linked with the list. */
  readonly shown: string;
  readonly show: (symbol: string) => void;
}

/** The symbols of a list as a grid of which one row has the focus. */
export function WatchTable(props: TableProps): JSX.Element {
  const help = createUniqueId();
  const [focused, setFocused] = createSignal<string | null>(null);
  const [dropAt, setDropAt] = createSignal<string | null>(null);
  const [tick, setTick] = createSignal(0);
  let body: HTMLTableSectionElement | undefined;
  createEffect(() => {
    if (props.settings.sort === null) return;
    const timer = setInterval(() => setTick((at) => at + 1), SORT_MS);
    onCleanup(() => clearInterval(timer));
  });
  const ordered = createMemo(() => {
    tick();
    const { sort } = props.settings;
    const { symbols } = props;
    return sort === null
      ? symbols
      : untrack(() => sortedBy(symbols, (one) => sortValue(one, sort.by), sort.descending));
  });
  const items = createMemo(() => (props.settings.sections ? inSections(ordered(), classOf) : ordered()));
  const rows = createMemo(() => items().filter((item) => !item.startsWith(HEADING)));
  const current = (): string | undefined => {
    const at = focused() ?? props.shown;
    return rows().includes(at) ? at : rows()[0];
  };
  const canMove = (): boolean => props.list !== null && props.settings.sort === null && canEditWatchlists();
  const goTo = (symbol: string | undefined): void => {
    if (symbol === undefined) return;
    setFocused(symbol);
    rowOf(body, symbol)?.focus();
  };
  const move = (symbol: string, to: number): void => {
    const { list } = props;
    if (list === null || !canMove() || to < 0 || to >= list.symbols.length) return;
    announce(WATCHLIST.moved(symbol, to + 1));
    void moveInWatchlist(list, symbol, to);
    queueMicrotask(() => rowOf(body, symbol)?.focus());
  };
  const remove = (symbol: string): void => {
    const { list } = props;
    if (list === null || !canEditWatchlists()) return;
    const at = rows().indexOf(symbol);
    void removeFromWatchlist(list, symbol);
    goTo(rows()[Math.min(at, rows().length - 1)]);
  };
  const keys = (event: KeyboardEvent, symbol: string): void => {
    if (event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return;
    const act = keyAction(event, symbol);
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const keyAction = (event: KeyboardEvent, symbol: string): (() => void) | undefined => {
    const at = rows().indexOf(symbol);
    const own = props.list?.symbols.indexOf(symbol) ?? -1;
    if (event.altKey)
      return { ArrowUp: () => move(symbol, own - 1), ArrowDown: () => move(symbol, own + 1) }[event.key];
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(rows()[at + 1]),
      ArrowUp: () => goTo(rows()[at - 1]),
      Home: () => goTo(rows()[0]),
      End: () => goTo(rows().at(-1)),
      Enter: () => props.show(symbol),
      b: () => askTicket({ symbol, side: "buy" }),
      s: () => askTicket({ symbol, side: "sell" }),
      Delete: () => remove(symbol),
    };
    return actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  };
  const drag = (symbol: string): DragHandlers => ({
    start: (event) => event.currentTarget.setPointerCapture(event.pointerId),
    over: (event) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) setDropAt(symbolAt(event));
    },
    end: () => {
      const target = dropAt();
      setDropAt(null);
      if (target !== null && target !== symbol) move(symbol, props.list?.symbols.indexOf(target) ?? -1);
    },
  });
  return (
    <div class="watch-box" tabindex={-1}>
      <p class="hidden-text" id={help}>
        {WATCHLIST.help}
      </p>
      <table
        class="table watch-table"
        role="grid"
        aria-label={WATCHLIST.tableLabel(props.name)}
        aria-describedby={help}
      >
        <Head settings={props.settings} change={props.change} />
        <tbody ref={body}>
          <For each={items()}>
            {(item) =>
              item.startsWith(HEADING) ? (
                <tr class="watch-section">
                  <th scope="colgroup" colspan={props.settings.columns.length + 2}>
                    {WATCHLIST.classes[item.slice(HEADING.length)]}
                  </th>
                </tr>
              ) : (
                <Row
                  symbol={item}
                  columns={props.settings.columns}
                  isCurrent={current() === item}
                  isShown={props.shown === item}
                  onShow={() => props.show(item)}
                  isDropTarget={dropAt() === item}
                  onFocus={() => setFocused(item)}
                  onKeyDown={(event) => keys(event, item)}
                  onRemove={props.list !== null && canEditWatchlists() ? () => remove(item) : undefined}
                  drag={canMove() ? drag(item) : undefined}
                />
              )
            }
          </For>
        </tbody>
      </table>
    </div>
  );
}

function Head(props: Pick<TableProps, "settings" | "change">): JSX.Element {
  const ids = (): readonly SortId[] => ["symbol", ...props.settings.columns];
  const sortBy = (by: SortId): void => {
    const now = props.settings.sort;
    // First the largest, which one looks for; symbols from A on; the third press gives the list's own order.
    const first = by !== "symbol";
    if (now?.by !== by) props.change({ sort: { by, descending: first } });
    else props.change({ sort: now.descending === first ? { by, descending: !first } : null });
  };
  return (
    <thead>
      <tr>
        <For each={ids()}>
          {(id) => {
            const isSorted = (): boolean => props.settings.sort?.by === id;
            const isDown = (): boolean => props.settings.sort?.descending === true;
            return (
              <th
                scope="col"
                class={id === "symbol" ? undefined : "num"}
                aria-sort={isSorted() ? (isDown() ? "descending" : "ascending") : undefined}
              >
                <button type="button" onClick={() => sortBy(id)}>
                  {WATCHLIST.columns[id]}
                  <Show when={isSorted()}>
                    <Icon name={isDown() ? "chevronDown" : "up"} size={10} />
                  </Show>
                </button>
              </th>
            );
          }}
        </For>
        <th scope="col" class="watch-actions">
          <span class="hidden-text">{WATCHLIST.actions}</span>
        </th>
      </tr>
    </thead>
  );
}

type Dragged = PointerEvent & { readonly currentTarget: HTMLElement };

interface DragHandlers {
  readonly start: (event: Dragged) => void;
  readonly over: (event: Dragged) => void;
  readonly end: () => void;
}

function Row(props: {
  readonly symbol: string;
  readonly columns: readonly ColumnId[];
  /** The row that Tab reaches. */
  readonly isCurrent: boolean;
  /** The row of the symbol that is shown. */
  readonly isShown: boolean;
  readonly onShow: () => void;
  readonly isDropTarget: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onRemove: (() => void) | undefined;
  readonly drag: DragHandlers | undefined;
}): JSX.Element {
  const state = follow(props.symbol, "quotes", "trades");
  const reach = (): number => (props.isCurrent ? 0 : -1);
  return (
    <tr
      data-symbol={props.symbol}
      data-drop={props.isDropTarget}
      data-stale={isStale(props.symbol)}
      tabindex={reach()}
      aria-selected={props.isShown}
      onFocus={() => props.onFocus()}
      onKeyDown={(event) => props.onKeyDown(event)}
      onClick={() => props.onShow()}
    >
      <th scope="row" class="watch-symbol" title={nameOf(props.symbol)}>
        <strong>{props.symbol}</strong> <span class="watch-name muted">{nameOf(props.symbol)}</span>
      </th>
      <For each={props.columns}>
        {(column) => (
          <td class="num" data-column={column}>
            <Cell column={column} symbol={props.symbol} state={state} />
          </td>
        )}
      </For>
      <td class="watch-actions" onClick={(event) => event.stopPropagation()}>
        <div class="watch-buttons">
          <Show when={props.drag}>
            {(drag) => (
              <span
                class="watch-handle"
                onPointerDown={(event) => drag().start(event)}
                onPointerMove={(event) => drag().over(event)}
                onPointerUp={() => drag().end()}
              >
                <Icon name="drag" />
              </span>
            )}
          </Show>
          <SideButton symbol={props.symbol} side="buy" tabindex={reach()} />
          <SideButton symbol={props.symbol} side="sell" tabindex={reach()} />
          <Show when={props.onRemove}>
            {(onRemove) => (
              <IconButton
                icon="close"
                tabindex={reach()}
                label={WATCHLIST.drop(props.symbol)}
                onClick={() => onRemove()()}
              />
            )}
          </Show>
        </div>
      </td>
    </tr>
  );
}

function SideButton(props: {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly tabindex: number;
}): JSX.Element {
  const label = (): string => (props.side === "buy" ? WATCHLIST.buy(props.symbol) : WATCHLIST.sell(props.symbol));
  return (
    <button
      type="button"
      class="side-button"
      data-side={props.side}
      tabindex={props.tabindex}
      aria-label={label()}
      title={label()}
      onClick={() => askTicket({ symbol: props.symbol, side: props.side })}
    >
      <span class="side-short">{props.side === "buy" ? WATCHLIST.buyShort : WATCHLIST.sellShort}</span>
      <span class="side-word">{props.side === "buy" ? COMMON.buy : COMMON.sell}</span>
    </button>
  );
}

function rowOf(body: HTMLElement | undefined, symbol: string): HTMLElement | null {
  return body?.querySelector<HTMLElement>(`tr[data-symbol="${CSS.escape(symbol)}"]`) ?? null;
}

/** The symbol of the row under the pointer. */
function symbolAt({ clientX, clientY }: PointerEvent): string | null {
  const row = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>("tr[data-symbol]");
  return row?.dataset["symbol"] ?? null;
}
