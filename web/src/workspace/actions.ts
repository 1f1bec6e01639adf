/** What can be done with the layout by key and by word. */
import type { Action } from "../commands/actions.ts";
import { PANEL_KINDS } from "../panels/kinds.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { activatePanel, addPanel, closePanel, groupsOf, maximise, newPanel, newPanelId } from "./layout.ts";
import { changeLayout, chooseLayout, layout, namedLayouts, removeLayout, currentId } from "./layouts.ts";
import { PRESETS } from "./presets.ts";
import { findSymbol } from "./symbolQuestion.ts";
import { showSymbol } from "./symbols.ts";

const T = LAYOUT_TEXT;

/** The group that has the focus, or the first one. */
function focusedGroup(): string | null {
  const focused = document.activeElement?.closest<HTMLElement>("[data-group]")?.dataset["group"];
  return focused ?? groupsOf(layout().root)[0]?.id ?? null;
}

/** Puts the focus into the group that is `by` places further; an element that has none takes its tab. */
function focusGroup(by: number): void {
  const groups = groupsOf(layout().root);
  const nth = groups.findIndex(({ id }) => id === focusedGroup());
  const next = groups.at((nth + by) % groups.length);
  document.querySelector<HTMLElement>(`[data-group="${next?.id}"] [role=tab][aria-selected=true]`)?.focus();
}

function actOnGroup(act: (group: string) => void): void {
  const group = focusedGroup();
  if (group !== null) act(group);
}

/** Shows a panel of a kind: one that is there, or a new tab. */
function showKind(kind: string): void {
  const there = Object.values(layout().panels).find((panel) => panel.kind === kind);
  if (there !== undefined) changeLayout((now) => activatePanel(now, there.id));
  else {
    const group = focusedGroup();
    const target = group === null ? ({ group, edge: "right" } as const) : ({ group, edge: "centre" } as const);
    changeLayout((now) => addPanel(now, newPanel(newPanelId(now), kind), target));
  }
}

/** The actions of the workspace; they find it on the page when they run. */
export function layoutActions(): Action[] {
  const group = T.layout;
  return [
    {
      id: "layout.symbol",
      title: T.searchTitle,
      group,
      key: "F",
      run: () => findSymbol((symbol) => showSymbol(symbol)),
    },
    { id: "layout.next", title: T.nextPanel, group, key: "F6", run: () => focusGroup(1) },
    { id: "layout.previous", title: T.previousPanel, group, key: "Shift+F6", run: () => focusGroup(-1) },
    {
      id: "layout.maximise",
      title: T.maximisePanel,
      group,
      key: "Shift+Enter",
      run: () => actOnGroup((id) => changeLayout((now) => maximise(now, now.maximised === null ? id : null))),
    },
    {
      id: "layout.close",
      title: T.closePanel,
      group,
      run: () =>
        actOnGroup((id) => {
          const active = groupsOf(layout().root).find((one) => one.id === id)?.active ?? null;
          if (active !== null) changeLayout((now) => closePanel(now, active));
        }),
    },
    { id: "layout.reset", title: T.reset, group, run: () => removeLayout(currentId()) },
    ...PRESETS.map(({ id, name }, nth): Action => ({
      id: `layout.${id}`,
      title: T.showLayout(name),
      group,
      key: `Alt+${nth + 1}`,
      run: () => chooseLayout(id),
    })),
    ...namedLayouts().map(({ id, name }): Action => ({
      id: `layout.${id}`,
      title: T.showLayout(name),
      group,
      run: () => chooseLayout(id),
    })),
    ...PANEL_KINDS.map(({ id, title }): Action => ({
      id: `panel.${id}`,
      title: T.showPanel(title),
      group: T.panels,
      run: () => showKind(id),
    })),
  ];
}
