import { observeElementOffset, observeElementRect, elementScroll, Virtualizer } from "@tanstack/virtual-core";
import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { Icon } from "./Icon.tsx";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Numbers are aligned at their end. */
  readonly numeric?: boolean;
  /** Gives what rows are sorted by; a column without it cannot be sorted. */
  readonly sortBy?: (row: Row) => number | string;
  readonly cell: (row: Row) => JSX.Element;
}

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

/** Rows outside of what is seen that are rendered too, so that scrolling shows no gap. */
const OVERSCAN = 8;

/**
 * A table of any length of which only the visible rows are in the document. Rows keep their identity by `rowKey`: while
 * a row's object is the same, nothing of it is rendered again. Arrow keys move the selection; Enter opens a row.
 */
export function DataTable<Row>(props: {
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
}): JSX.Element {
  let box: HTMLDivElement | undefined;
  const [sorting, setSorting] = createSignal<Sorting | null>(props.sorting ?? null);
  const sorted = createMemo(() => {
    const by = sorting();
    const value = props.columns.find(({ id }) => id === by?.column)?.sortBy;
    if (by === null || value === undefined) return props.rows;
    const sign = by.descending ? -1 : 1;
    return props.rows.toSorted((a, b) => {
      const [x, y] = [value(a), value(b)];
      return x < y ? -sign : x > y ? sign : 0;
    });
  });
  const [version, setVersion] = createSignal(0);
  const virtualizer = new Virtualizer<HTMLDivElement, HTMLTableRowElement>({
    count: 0,
    getScrollElement: () => box ?? null,
    estimateSize: rowHeight,
    overscan: OVERSCAN,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => setVersion((at) => at + 1),
  });
  createEffect(() => {
    virtualizer.setOptions({ ...virtualizer.options, count: sorted().length });
    virtualizer.measure();
  });
  onMount(() => {
    onCleanup(virtualizer._didMount());
    virtualizer._willUpdate();
  });
  const visible = createMemo(() => {
    version();
    const items = sorted().length === 0 ? [] : virtualizer.getVirtualItems();
    const [first] = items;
    const last = items.at(-1);
    return {
      before: first?.start ?? 0,
      after: last === undefined ? 0 : virtualizer.getTotalSize() - last.end,
      rows: items.flatMap(({ index }) => sorted()[index] ?? []),
    };
  });
  const sortBy = ({ id }: Column<Row>): void => {
    const by = sorting();
    setSorting(
      by?.column === id ? (by.descending ? null : { column: id, descending: true }) : { column: id, descending: false },
    );
  };
  const move = (event: KeyboardEvent): void => {
    const at = sorted().findIndex((row) => props.rowKey(row) === props.selected);
    if (event.key === "Enter" && at >= 0) {
      const row = sorted()[at];
      if (row !== undefined) props.onOpen?.(row);
      return;
    }
    const page = Math.max(1, Math.floor((box?.clientHeight ?? 0) / rowHeight()) - 2);
    const step = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -sorted().length,
      End: sorted().length,
    }[event.key];
    if (step === undefined || props.onSelect === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(sorted().length - 1, at + step));
    const row = sorted()[to];
    if (row === undefined) return;
    props.onSelect(row);
    virtualizer.scrollToIndex(to);
  };
  return (
    <div ref={box} class="table-box" tabindex={0} role="region" aria-label={props.label} onKeyDown={move}>
      <Show when={props.rows.length > 0} fallback={<div class="empty">{props.empty}</div>}>
        <table class="table" aria-rowcount={sorted().length + 1}>
          <thead>
            <tr>
              <For each={props.columns}>
                {(column) => (
                  <th
                    scope="col"
                    class={column.numeric === true ? "num" : undefined}
                    aria-sort={
                      sorting()?.column === column.id
                        ? sorting()?.descending === true
                          ? "descending"
                          : "ascending"
                        : undefined
                    }
                  >
                    <Show when={column.sortBy !== undefined} fallback={column.title}>
                      <button type="button" onClick={() => sortBy(column)}>
                        {column.title}
                        {sorting()?.column === column.id && (
                          <Icon name={sorting()?.descending === true ? "chevronDown" : "up"} size={10} />
                        )}
                      </button>
                    </Show>
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <Filler columns={props.columns.length} height={visible().before} />
            <For each={visible().rows}>
              {(row) => (
                <tr
                  aria-current={props.selected === props.rowKey(row) ? "true" : undefined}
                  onClick={() => props.onSelect?.(row)}
                  onDblClick={() => props.onOpen?.(row)}
                >
                  <For each={props.columns}>
                    {(column) => <td class={column.numeric === true ? "num" : undefined}>{column.cell(row)}</td>}
                  </For>
                </tr>
              )}
            </For>
            <Filler columns={props.columns.length} height={visible().after} />
          </tbody>
        </table>
      </Show>
    </div>
  );
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

/** The height of a row as the density has it. */
function rowHeight(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row")) || 24;
}
