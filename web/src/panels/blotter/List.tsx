/** A list of the blotter: search and filters, choice of columns, a file of what is shown, and the table. */
import { createMemo, createSignal, For, Show, type Accessor, type JSX } from "solid-js";
import { Button, IconButton } from "../../design/components/Button.tsx";
import { DataTable, type Sorting } from "../../design/components/DataTable.tsx";
import { SelectField, TextField, type Option } from "../../design/components/Field.tsx";
import { Menu } from "../../design/components/Menu.tsx";
import { sortRows } from "../../design/components/sortRows.ts";
import { saveCsv } from "../../format/download.ts";
import { BLOTTER, FIELDS } from "../../text/en/blotter.ts";
import { type Facts, type Filter, filtered, isEmpty, NO_FILTER, readFilter } from "./filter.ts";
import { csvOf, type ListColumn, shownColumns } from "./list.ts";

/** What a list keeps with the layout of the workspace. */
export interface ListState {
  readonly filter: Filter;
  readonly columns: Readonly<Record<string, boolean>>;
  readonly sorting: Sorting | null;
}

type Stored = Readonly<Record<string, unknown>>;

/** The state of a list as it was stored. */
export function readListState(stored: unknown, sorting: Sorting | null): ListState {
  const given = (typeof stored === "object" && stored !== null ? stored : {}) as Stored;
  const columns = (given["columns"] ?? {}) as Readonly<Record<string, boolean>>;
  const by = given["sorting"] as Sorting | null | undefined;
  return { filter: readFilter(given["filter"]), columns, sorting: by === undefined ? sorting : by };
}

/** Where rows that are not loaded come from. */
export interface MoreRows {
  readonly more: Accessor<boolean>;
  readonly loading: Accessor<boolean>;
  readonly error?: Accessor<string | null>;
  readonly loadMore: () => void;
}

export interface ListProps<Row> {
  readonly label: string;
  /** The beginning of the file's name. */
  readonly file: string;
  readonly rows: readonly Row[];
  readonly columns: readonly ListColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly factsOf: (row: Row) => Facts;
  readonly state: ListState;
  readonly setState: (state: ListState) => void;
  readonly empty: JSX.Element;
  /** Choices of the filters; a list without them has no such filter. */
  readonly states?: readonly Option[];
  readonly statesLabel?: string;
  readonly hasSides?: boolean;
  readonly hasDays?: boolean;
  readonly paged?: MoreRows;
  readonly onOpen?: (row: Row) => void;
  readonly onKey?: (event: KeyboardEvent, row: Row | null) => void;
  readonly card: (row: Accessor<Row>) => JSX.Element;
  readonly cardHeight?: number;
  /** Actions on what is shown; told which rows those are. */
  readonly actions?: (shown: Accessor<readonly Row[]>) => JSX.Element;
  /** Told which rows the filters leave. */
  readonly onShown?: (shown: Accessor<readonly Row[]>) => void;
  /** A line under the table, such as totals. */
  readonly foot?: JSX.Element;
}

export function List<Row>(props: ListProps<Row>): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const [selected, setSelected] = createSignal<string | null>(null);
  const shown = createMemo(() => filtered(props.rows, props.state.filter, props.factsOf));
  const columns = createMemo(() => shownColumns(props.columns, props.state.columns));
  props.onShown?.(shown);
  const setFilter = (change: Partial<Filter>): void =>
    props.setState({ ...props.state, filter: { ...props.state.filter, ...change } });
  const symbols = createMemo((): readonly Option[] => [
    { value: "", text: BLOTTER.allSymbols },
    ...[...new Set(props.rows.flatMap((row) => props.factsOf(row).symbol ?? []))]
      .toSorted()
      .map((symbol) => ({ value: symbol, text: symbol })),
  ]);
  const save = (): void => {
    const { sorting } = props.state;
    const by = props.columns.find(({ id }) => id === sorting?.column)?.sortBy;
    const rows = sorting === null || by === undefined ? shown() : sortRows(shown(), by, sorting.descending);
    saveCsv(`${props.file}-${new Date().toISOString().slice(0, 10)}.csv`, csvOf(rows, columns()));
  };
  return (
    <div class="list">
      <div class="list-tools">
        <TextField
          class="list-search"
          type="search"
          label={BLOTTER.search}
          hideLabel
          placeholder={BLOTTER.searchHint}
          value={props.state.filter.text}
          onInput={(event) => setFilter({ text: event.currentTarget.value })}
        />
        <IconButton
          icon="filter"
          label={BLOTTER.filters}
          aria-expanded={open() ? "true" : "false"}
          onClick={() => setOpen(!open())}
        />
        <Menu
          label={BLOTTER.columns}
          icon="table"
          items={props.columns
            .filter(({ value }) => value !== undefined)
            .map((column) => {
              const checked = columns().some(({ id }) => id === column.id);
              return {
                text: column.title,
                checked,
                onChoose: () =>
                  props.setState({ ...props.state, columns: { ...props.state.columns, [column.id]: !checked } }),
              };
            })}
        />
        <IconButton icon="download" label={BLOTTER.exportCsv} onClick={save} />
        <span class="muted list-count">{BLOTTER.rows(shown().length, props.rows.length)}</span>
        <Show when={props.paged?.more() === true}>
          <Button kind="plain" busy={props.paged?.loading() ?? false} onClick={() => props.paged?.loadMore()}>
            {props.paged?.loading() === true ? BLOTTER.loadingOlder : BLOTTER.loadOlder}
          </Button>
        </Show>
        <span class="grow" />
        {props.actions?.(shown)}
      </div>
      <Show when={open() || !isEmpty({ ...props.state.filter, text: "" })}>
        <Filters
          filter={props.state.filter}
          setFilter={setFilter}
          symbols={symbols()}
          states={props.states}
          statesLabel={props.statesLabel ?? BLOTTER.state}
          hasSides={props.hasSides === true}
          hasDays={props.hasDays === true}
        />
      </Show>
      <Show when={props.paged?.error?.()}>{(text) => <p class="field-error list-error">{text()}</p>}</Show>
      <div class="list-table">
        <DataTable
          label={props.label}
          rows={shown()}
          columns={columns()}
          rowKey={props.rowKey}
          empty={
            <Show when={props.rows.length > 0} fallback={props.empty}>
              <span>{BLOTTER.nothing}</span>
              <Button onClick={() => props.setState({ ...props.state, filter: NO_FILTER })}>
                {BLOTTER.clearFilters}
              </Button>
            </Show>
          }
          selected={selected()}
          onSelect={(row) => setSelected(props.rowKey(row))}
          onOpen={(row) => props.onOpen?.(row)}
          onKey={(event, row) => props.onKey?.(event, row)}
          sorting={props.state.sorting}
          onSorting={(sorting) => props.setState({ ...props.state, sorting })}
          onEnd={() => props.paged?.loadMore()}
          card={props.card}
          cardHeight={props.cardHeight ?? 76}
        />
      </div>
      {props.foot}
    </div>
  );
}

function Filters(props: {
  readonly filter: Filter;
  readonly setFilter: (change: Partial<Filter>) => void;
  readonly symbols: readonly Option[];
  readonly states: readonly Option[] | undefined;
  readonly statesLabel: string;
  readonly hasSides: boolean;
  readonly hasDays: boolean;
}): JSX.Element {
  return (
    <div class="list-filters" role="group" aria-label={BLOTTER.filters}>
      <SelectField
        label={FIELDS.symbol}
        options={props.symbols}
        value={props.filter.symbol}
        onChange={(symbol) => props.setFilter({ symbol })}
      />
      <Show when={props.hasSides}>
        <SelectField
          label={BLOTTER.side}
          options={SIDES}
          value={props.filter.side}
          onChange={(side) => props.setFilter({ side })}
        />
      </Show>
      <Show when={props.states}>
        {(states) => (
          <SelectField
            label={props.statesLabel}
            options={states()}
            value={props.filter.status}
            onChange={(status) => props.setFilter({ status })}
          />
        )}
      </Show>
      <Show when={props.hasDays}>
        <For each={["from", "to"] as const}>
          {(bound) => (
            <TextField
              type="date"
              label={BLOTTER[bound]}
              value={props.filter[bound]}
              onInput={(event) => props.setFilter({ [bound]: event.currentTarget.value })}
            />
          )}
        </For>
      </Show>
      <Button kind="plain" onClick={() => props.setFilter(NO_FILTER)}>
        {BLOTTER.clearFilters}
      </Button>
    </div>
  );
}

const SIDES: readonly Option[] = [
  { value: "", text: BLOTTER.allSides },
  { value: "buy", text: BLOTTER.sides["buy"] ?? "" },
  { value: "sell", text: BLOTTER.sides["sell"] ?? "" },
];
