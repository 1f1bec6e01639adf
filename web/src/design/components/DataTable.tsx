import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  For,
  onCleanup,
  Show,
  untrack,
  type JSX,
} from "solid-js";
import { Icon } from "./Icon.tsx";
import { createRowWindow } from "./rowWindow.ts";
import { sortRows } from "./sortRows.ts";
import "./table.css";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** What the head shows in place of the title, such as a box that selects all rows. */
  readonly head?: () => JSX.Element;
  /** Numbers are aligned at their end. */
  readonly numeric?: boolean;
  /** Gives what rows are sorted by; a column without it cannot be sorted. */
  readonly sortBy?: (row: Row) => number | string;
  /** Its values change with each trade: rows that are sorted by it are sorted again once a second. */
  readonly moving?: boolean;
  /** Stays in sight at the end while the table is scrolled sideways. */
  readonly pinned?: true;
  readonly cell: (row: Row) => JSX.Element;
  /** In place of `cell`: made once for a row and follows it, so that a control in it outlives a change of the row. */
  readonly live?: (row: Accessor<Row>) => JSX.Element;
}

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

const MOVING_MS = 1_000;

interface Placed<Row> {
  readonly row: Row;
  /** Its place among all rows. */
  readonly at: number;
}

interface TableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Said when there are no rows. */
  readonly empty: JSX.Element;
  readonly selected?: string | null;
  readonly onSelect?: (row: Row) => void;
  readonly onOpen?: (row: Row) => void;
  readonly sorting?: Sorting | null;
  /** With it `sorting` is what the caller says; without it the table keeps its own. */
  readonly onSorting?: (sorting: Sorting | null) => void;
  /** A key that the table itself has no use for, with the selected row. */
  readonly onKey?: (event: KeyboardEvent, row: Row | null) => void;
  /** The end of the rows is in sight: more may be loaded. */
  readonly onEnd?: () => void;
  /** A row as a card, for narrow places; every card has the same height. */
  readonly card?: (row: Accessor<Row>) => JSX.Element;
  readonly cardHeight?: number;
}

const CARD_HEIGHT = 88;

/**
 * A table of any length of which only the visible rows are in the document. A row keeps its elements while its key is
 * there: when its object changes, its cells are rendered again and nothing else. Arrow keys move the selection; Enter
 * opens a row.
 */
export function DataTable<Row>(props: TableProps<Row>): JSX.Element {
  let box: HTMLDivElement | undefined;
  const [own, setOwn] = createSignal<Sorting | null>(untrack(() => props.sorting ?? null));
  const sorting = (): Sorting | null => (props.onSorting === undefined ? own() : (props.sorting ?? null));
  const sorted = createSorted(props, sorting);
  const place = createRowWindow(
    () => box,
    () => sorted().length,
    () => (props.card === undefined ? null : (props.cardHeight ?? CARD_HEIGHT)),
  );
  const visible = createMemo(() => {
    const { first, last } = place.range();
    const rows = sorted().slice(first, last);
    return new Map(rows.map((row, nth): [string, Placed<Row>] => [props.rowKey(row), { row, at: first + nth }]));
  });
  const keys = createMemo(() => [...visible().keys()]);
  const before = (): number => place.range().first * place.rowHeight();
  const after = (): number => Math.max(0, sorted().length - place.range().last) * place.rowHeight();
  createEffect(() => {
    if (place.range().last >= sorted().length && place.isMeasured()) untrack(() => props.onEnd?.());
  });
  const move = (event: KeyboardEvent): void => {
    // Keys of controls in the rows are theirs.
    if (event.target !== box) return;
    const at = sorted().findIndex((row) => props.rowKey(row) === props.selected);
    const current = sorted()[at] ?? null;
    if (event.key === "Enter" && current !== null) return props.onOpen?.(current);
    const { length } = sorted();
    const page = place.page();
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -length, End: length };
    const step = steps[event.key as keyof typeof steps] as number | undefined;
    if (step === undefined || props.onSelect === undefined) return props.onKey?.(event, current);
    event.preventDefault();
    const to = Math.max(0, Math.min(length - 1, at + step));
    const row = sorted()[to];
    if (row === undefined) return;
    props.onSelect(row);
    place.show(to);
  };
  /** The row of a key; one that has gone keeps its last state until its elements are removed. */
  const follow = (key: string): Accessor<Placed<Row>> => {
    const now = (): Placed<Row> | undefined => visible().get(key);
    return createMemo((last: Placed<Row> | undefined) => now() ?? last, untrack(now), {
      equals: (a, b) => a?.row === b?.row && a?.at === b?.at,
    }) as Accessor<Placed<Row>>;
  };
  return (
    <div
      ref={box}
      class="table-box"
      tabindex={0}
      role="region"
      aria-label={props.label}
      onKeyDown={move}
      onScroll={(event) => place.onScroll(event.currentTarget.scrollTop)}
    >
      <Show when={props.rows.length > 0} fallback={<div class="empty">{props.empty}</div>}>
        <Show
          when={!place.asCards()}
          fallback={
            <ul class="table-cards" style={{ "padding-top": `${before()}px`, "padding-bottom": `${after()}px` }}>
              <For each={keys()}>
                {(key) => {
                  const now = follow(key);
                  return (
                    <li class="table-card" style={{ height: `${place.rowHeight()}px` }}>
                      {props.card?.(() => now().row)}
                    </li>
                  );
                }}
              </For>
            </ul>
          }
        >
          <table class="table" aria-rowcount={sorted().length + 1}>
            <Head
              columns={props.columns}
              sorting={sorting()}
              onSorting={(next) => {
                setOwn(next);
                props.onSorting?.(next);
              }}
            />
            <tbody>
              <Filler columns={props.columns.length} height={before()} />
              <For each={keys()}>{(key) => <TableRow table={props} rowId={key} placed={follow(key)} />}</For>
              <Filler columns={props.columns.length} height={after()} />
            </tbody>
          </table>
        </Show>
      </Show>
    </div>
  );
}

/** The rows as they are sorted. */
function createSorted<Row>(props: TableProps<Row>, sorting: Accessor<Sorting | null>): Accessor<readonly Row[]> {
  const [second, setSecond] = createSignal(0);
  const timer = setInterval(() => setSecond((nth) => nth + 1), MOVING_MS);
  onCleanup(() => clearInterval(timer));
  return createMemo(() => {
    const by = sorting();
    const column = props.columns.find(({ id }) => id === by?.column);
    if (by === null || column?.sortBy === undefined) return props.rows;
    const { sortBy } = column;
    if (column.moving !== true) return sortRows(props.rows, sortBy, by.descending);
    second();
    const { rows } = props;
    return untrack(() => sortRows(rows, sortBy, by.descending));
  });
}

function Head<Row>(props: {
  readonly columns: readonly Column<Row>[];
  readonly sorting: Sorting | null;
  readonly onSorting: (sorting: Sorting | null) => void;
}): JSX.Element {
  const sortBy = ({ id }: Column<Row>): void => {
    const by = props.sorting;
    if (by?.column !== id) props.onSorting({ column: id, descending: false });
    else props.onSorting(by.descending ? null : { column: id, descending: true });
  };
  const ariaSort = ({ id }: Column<Row>): "ascending" | "descending" | undefined =>
    props.sorting?.column !== id ? undefined : props.sorting.descending ? "descending" : "ascending";
  return (
    <thead>
      <tr aria-rowindex={1}>
        <For each={props.columns}>
          {(column) => (
            <th scope="col" class={classOf(column)} aria-sort={ariaSort(column)}>
              <Show when={column.sortBy !== undefined} fallback={column.head?.() ?? column.title}>
                <button type="button" onClick={() => sortBy(column)}>
                  {column.title}
                  {props.sorting?.column === column.id && (
                    <Icon name={props.sorting.descending ? "chevronDown" : "up"} size={10} />
                  )}
                </button>
              </Show>
            </th>
          )}
        </For>
      </tr>
    </thead>
  );
}

function TableRow<Row>(props: {
  readonly table: TableProps<Row>;
  readonly rowId: string;
  readonly placed: Accessor<Placed<Row>>;
}): JSX.Element {
  const row = createMemo(() => props.placed().row);
  return (
    <tr
      aria-rowindex={props.placed().at + 2}
      aria-current={props.table.selected === props.rowId ? "true" : undefined}
      onClick={() => props.table.onSelect?.(row())}
      onDblClick={() => props.table.onOpen?.(row())}
    >
      <For each={props.table.columns}>
        {(column) => (
          <td class={classOf(column)}>
            <Cell column={column} row={row} />
          </td>
        )}
      </For>
    </tr>
  );
}

function classOf<Row>({ numeric, pinned }: Column<Row>): string | undefined {
  return pinned === true ? "pinned" : numeric === true ? "num" : undefined;
}

/** What a cell shows. A component, so that what a `live` one reads when it is made does not make it again. */
function Cell<Row>(props: { readonly column: Column<Row>; readonly row: Accessor<Row> }): JSX.Element {
  const { live } = props.column;
  return live === undefined ? <>{props.column.cell(props.row())}</> : live(props.row);
}

/** Takes the place of rows that are not in the document. */
function Filler(props: { readonly columns: number; readonly height: number }): JSX.Element {
  return (
    <Show when={props.height > 0}>
      <tr class="table-filler" aria-hidden="true">
        <td colspan={props.columns} style={{ height: `${props.height}px` }} />
      </tr>
    </Show>
  );
}
