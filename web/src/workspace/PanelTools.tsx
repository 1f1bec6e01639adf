import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { Button } from "../design/components/Button.tsx";
import { Dialog } from "../design/components/Dialog.tsx";
import { Icon } from "../design/components/Icon.tsx";
import { Menu, type MenuItem } from "../design/components/Menu.tsx";
import { notify } from "../design/components/notices.tsx";
import { PANEL_KINDS, panelKind } from "../panels/kinds.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import {
  addPanel,
  changePanel,
  closePanel,
  duplicatePanel,
  maximise,
  newPanel,
  newPanelId,
  type PanelState,
} from "./layout.ts";
import { changeLayout, layout } from "./layouts.ts";
import { MoveDialog } from "./MoveDialog.tsx";
import { setSymbolOf, symbolOf } from "./panelBodies.tsx";
import { openPopOut } from "./popOutAddress.ts";
import { findSymbol } from "./symbolQuestion.ts";
import { LINKS, type LinkColour } from "./symbols.ts";

const T = LAYOUT_TEXT;

/** What can be done with the panel that a group shows: its symbol, its link, its place. */
export function PanelTools(props: { readonly panel: string; readonly group: string }): JSX.Element {
  const state = createMemo((before: PanelState | undefined) => layout().panels[props.panel] ?? before);
  const kind = createMemo(() => panelKind(state()?.kind ?? ""));
  const [asks, setAsks] = createSignal<"move" | "add" | null>(null);
  const title = (): string => kind()?.title ?? "";
  const change = (part: Partial<PanelState>): void => changeLayout((now) => changePanel(now, props.panel, part));
  return (
    <div class="dock-tools">
      <Show when={kind()?.hasSymbol}>
        <SymbolButton state={state()} title={title()} setOwn={(symbol) => change({ symbol })} />
      </Show>
      <Show when={kind()?.hasSymbol || kind()?.id === "watchlist"}>
        <LinkMenu
          link={state()?.link ?? null}
          onChange={(link) => change({ link, symbol: link === null ? symbolOf(state()) : null })}
        />
      </Show>
      <Menu label={T.addHere} class="icon-button dock-add" items={addItems(props.group)}>
        <Icon name="add" />
        <span class="hidden-text">{T.addHere}</span>
      </Menu>
      <Menu label={T.panelMenu(title())} icon="more" items={panelActions(props, () => state(), setAsks)} />
      <MoveDialog panel={props.panel} open={asks() === "move"} onClose={() => setAsks(null)} />
      <AddDialog group={props.group} open={asks() === "add"} onClose={() => setAsks(null)} />
    </div>
  );
}

function panelActions(
  props: { readonly panel: string; readonly group: string },
  state: () => PanelState | undefined,
  ask: (what: "move" | "add") => void,
): readonly MenuItem[] {
  const isMaximised = layout().maximised === props.group;
  return [
    {
      text: isMaximised ? T.restore : T.maximise,
      icon: "layout",
      onChoose: () => changeLayout((now) => maximise(now, isMaximised ? null : props.group)),
    },
    { text: T.moveTo, icon: "swap", onChoose: () => ask("move") },
    { text: T.addDots, icon: "add", onChoose: () => ask("add") },
    {
      text: T.duplicate,
      icon: "copy",
      onChoose: () => changeLayout((now) => duplicatePanel(now, props.panel, newPanelId(now))),
    },
    {
      text: T.popOut,
      icon: "grid",
      onChoose: () => {
        const now = state();
        if (now !== undefined && !openPopOut(now)) notify("warn", T.popUpRefused);
      },
    },
    {
      text: T.resetSettings,
      icon: "refresh",
      onChoose: () => changeLayout((now) => changePanel(now, props.panel, { settings: {} })),
    },
    { text: T.closePanel, icon: "close", onChoose: () => changeLayout((now) => closePanel(now, props.panel)) },
  ];
}

function SymbolButton(props: {
  readonly state: PanelState | undefined;
  readonly title: string;
  readonly setOwn: (symbol: string) => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="dock-symbol"
      aria-haspopup="dialog"
      aria-label={T.symbolOf(props.title, symbolOf(props.state))}
      onClick={() => findSymbol((symbol) => setSymbolOf(props.state, symbol, props.setOwn))}
    >
      {symbolOf(props.state)}
    </button>
  );
}

/** Which panels this one shows the same symbol as: a colour and a letter. */
export function LinkMenu(props: {
  readonly link: LinkColour | null;
  readonly onChange: (link: LinkColour | null) => void;
}): JSX.Element {
  const name = (): string => (props.link === null ? T.notLinked : T.links[props.link]);
  return (
    <Menu
      label={T.linkIs(name())}
      class="dock-link"
      items={[
        ...LINKS.map((link) => ({
          text: `${T.links[link]} (${T.letters[link]})`,
          checked: props.link === link,
          onChoose: () => props.onChange(link),
        })),
        { text: T.notLinked, checked: props.link === null, onChoose: () => props.onChange(null) },
      ]}
    >
      <span class="link-dot" data-link={props.link ?? "none"}>
        {props.link === null ? "–" : T.letters[props.link]}
      </span>
      <span class="hidden-text">{T.linkIs(name())}</span>
    </Menu>
  );
}

/** What can be added to a group as a tab. */
function addItems(group: string): readonly MenuItem[] {
  return PANEL_KINDS.map((kind) => ({
    text: kind.title,
    icon: kind.icon,
    onChoose: () => addTo(group, kind.id),
  }));
}

function addTo(group: string, kind: string): void {
  changeLayout((now) => addPanel(now, newPanel(newPanelId(now), kind), { group, edge: "centre" }));
}

/** The same as a dialog, for groups that are too narrow for another button. */
function AddDialog(props: {
  readonly group: string;
  readonly open: boolean;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={T.addPanel} open={props.open} onClose={props.onClose}>
      <div class="row wrap">
        <For each={PANEL_KINDS}>
          {(kind) => (
            <Button
              icon={kind.icon}
              onClick={() => {
                props.onClose();
                addTo(props.group, kind.id);
              }}
            >
              {kind.title}
            </Button>
          )}
        </For>
      </div>
    </Dialog>
  );
}
