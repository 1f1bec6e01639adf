import { createMemo, createSignal, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { Menu, type MenuItem } from "../../design/components/Menu.tsx";
import { Empty } from "../../design/components/small.tsx";
import { Tabs } from "../../design/components/Tabs.tsx";
import { assets } from "../../market/assets.ts";
import {
  addToWatchlist,
  canEditWatchlists,
  createWatchlist,
  deleteWatchlist,
  keepWatchlists,
  renameWatchlist,
  watchlists,
  type Watchlist as List,
} from "../../market/watchlists.ts";
import { TEXT } from "../../text/en.ts";
import { WATCHLIST } from "../../text/en/watchlist.ts";
import type { PanelProps } from "../kinds.ts";
import { COLUMN_IDS, FIRST_COLUMNS, type ColumnId, type SortId } from "./columns.tsx";
import { SymbolSearch } from "./SymbolSearch.tsx";
import { WatchTable } from "./WatchTable.tsx";
import "./watchlist.css";

/** The list of all instruments, which nobody can change. */
const MARKET = "market";

/** What the panel keeps with its layout. */
export interface WatchSettings {
  readonly list: string;
  readonly columns: readonly ColumnId[];
  readonly sort: { readonly by: SortId; readonly descending: boolean } | null;
  readonly sections: boolean;
}

function readSettings(stored: Readonly<Record<string, unknown>>): WatchSettings {
  const columns = Array.isArray(stored["columns"]) ? stored["columns"] : FIRST_COLUMNS;
  const sort = stored["sort"] as WatchSettings["sort"] | undefined;
  return {
    list: typeof stored["list"] === "string" ? stored["list"] : MARKET,
    columns: COLUMN_IDS.filter((id) => columns.includes(id)),
    sort: typeof sort?.by === "string" ? sort : null,
    sections: stored["sections"] !== false,
  };
}

type Asked = "create" | "rename" | "remove" | null;

/** Watchlists: the account's own ones, kept by the exchange, and one of everything that is listed. */
export default function Watchlist(props: PanelProps): JSX.Element {
  keepWatchlists();
  const settings = createMemo(() => readSettings(props.settings()));
  const change = (part: Partial<WatchSettings>): void => props.setSettings({ ...props.settings(), ...part });
  const [asked, setAsked] = createSignal<Asked>(null);
  const list = createMemo(() => watchlists().find(({ id }) => id === settings().list) ?? null);
  const symbols = createMemo(() => list()?.symbols ?? assets().map(({ symbol }) => symbol));
  const name = (): string => list()?.name ?? WATCHLIST.market;
  const tabs = createMemo(() => [
    { id: MARKET, text: WATCHLIST.market },
    ...watchlists().map(({ id, name: text }) => ({ id, text })),
  ]);
  const choose = (symbol: string): void => {
    const own = list();
    if (own !== null && canEditWatchlists()) void addToWatchlist(own, symbol);
    props.setSymbol(symbol);
  };
  return (
    <div class="watchlist">
      <Tabs
        label={WATCHLIST.lists}
        tabs={tabs()}
        value={list()?.id ?? MARKET}
        onChange={(id) => change({ list: id })}
        actions={<Menu label={WATCHLIST.options} items={menuItems(settings(), list(), change, setAsked)} />}
      >
        <SymbolSearch
          label={list() !== null && canEditWatchlists() ? WATCHLIST.add : WATCHLIST.find}
          onChoose={choose}
        />
        <Show
          when={symbols().length > 0}
          fallback={<Empty>{list() === null ? TEXT.common.loading : WATCHLIST.empty}</Empty>}
        >
          <WatchTable
            name={name()}
            list={list()}
            symbols={symbols()}
            settings={settings()}
            change={change}
            shown={props.symbol()}
            show={(symbol) => props.setSymbol(symbol)}
          />
        </Show>
      </Tabs>
      <Show when={asked()} keyed>
        {(what) => (
          <ListDialog asked={what} list={list()} onClose={() => setAsked(null)} onShow={(id) => change({ list: id })} />
        )}
      </Show>
    </div>
  );
}

function menuItems(
  settings: WatchSettings,
  list: List | null,
  change: (part: Partial<WatchSettings>) => void,
  ask: (what: Asked) => void,
): readonly MenuItem[] {
  const mayEdit = canEditWatchlists();
  const columns = COLUMN_IDS.map((id) => {
    const checked = settings.columns.includes(id);
    const others = settings.columns.filter((one) => one !== id);
    const next = checked ? others : [...others, id];
    return { text: WATCHLIST.columns[id], checked, onChoose: () => change({ columns: next }) };
  });
  return [
    { text: WATCHLIST.create, icon: "add", disabled: !mayEdit, onChoose: () => ask("create") },
    { text: WATCHLIST.rename, icon: "edit", disabled: !mayEdit || list === null, onChoose: () => ask("rename") },
    { text: WATCHLIST.remove, icon: "trash", disabled: !mayEdit || list === null, onChoose: () => ask("remove") },
    { text: WATCHLIST.ownOrder, checked: settings.sort === null, onChoose: () => change({ sort: null }) },
    { text: WATCHLIST.sections, checked: settings.sections, onChoose: () => change({ sections: !settings.sections }) },
    ...columns,
  ];
}

/** Asks for the name of a list, or whether to delete it. */
function ListDialog(props: {
  readonly asked: NonNullable<Asked>;
  readonly list: List | null;
  readonly onClose: () => void;
  readonly onShow: (list: string) => void;
}): JSX.Element {
  const [name, setName] = createSignal(props.asked === "rename" ? (props.list?.name ?? "") : WATCHLIST.firstName);
  const [busy, setBusy] = createSignal(false);
  const title = { create: WATCHLIST.create, rename: WATCHLIST.rename, remove: WATCHLIST.remove }[props.asked];
  const act = async (): Promise<boolean> => {
    const { list } = props;
    if (props.asked === "create") {
      const id = await createWatchlist(name().trim());
      if (id !== null) props.onShow(id);
      return id !== null;
    }
    if (list === null) return true;
    return props.asked === "rename" ? renameWatchlist(list, name().trim()) : deleteWatchlist(list);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    void act().then((isDone) => {
      setBusy(false);
      if (isDone) props.onClose();
    });
  };
  return (
    <Dialog title={title} open onClose={() => props.onClose()}>
      <form class="stack" onSubmit={submit}>
        <Show when={props.asked !== "remove"} fallback={<p>{WATCHLIST.removeQuestion(props.list?.name ?? "")}</p>}>
          <TextField
            label={WATCHLIST.name}
            value={name()}
            maxlength={64}
            required
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </Show>
        <div class="row">
          <Button type="submit" kind={props.asked === "remove" ? "danger" : "primary"} busy={busy()}>
            {props.asked === "remove" ? WATCHLIST.remove : TEXT.common.save}
          </Button>
          <Button onClick={() => props.onClose()}>{TEXT.common.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
