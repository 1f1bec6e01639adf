import { createEffect, createMemo, createUniqueId, For, Show, type JSX } from "solid-js";
import { Icon } from "../design/components/Icon.tsx";
import { panelKind } from "../panels/kinds.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { dragTab, draggedPanel } from "./drag.ts";
import type { Rect } from "./geometry.ts";
import { activatePanel, closePanel, groupsOf, maximise, type Group } from "./layout.ts";
import { changeLayout, layout } from "./layouts.ts";
import type { PanelBodies } from "./panelBodies.tsx";
import { PanelTools } from "./PanelTools.tsx";
import { placed } from "./place.ts";
import { titleOfPanel } from "./titles.ts";

const MIDDLE_BUTTON = 1;
const NO_GROUP: Group = { kind: "group", id: "", panels: [], active: null };

/** A group of panels: their tabs, tools of the one that is shown, and its content. */
export function GroupView(props: {
  readonly id: string;
  readonly rect: Rect;
  readonly bodies: PanelBodies;
  readonly dock: HTMLElement | undefined;
}): JSX.Element {
  const base = createUniqueId();
  const group = createMemo(
    (before: Group): Group => groupsOf(layout().root).find(({ id }) => id === props.id) ?? before,
    NO_GROUP,
  );
  return (
    <div class="dock-group" data-group={props.id} style={placed(props.rect)}>
      <div class="dock-head">
        <GroupTabs base={base} group={group()} dock={props.dock} />
        <Show when={group().active} keyed>
          {(panel) => <PanelTools panel={panel} group={props.id} />}
        </Show>
      </div>
      <GroupBody base={base} group={group()} bodies={props.bodies} />
    </div>
  );
}

function GroupTabs(props: {
  readonly base: string;
  readonly group: Group;
  readonly dock: HTMLElement | undefined;
}): JSX.Element {
  let list: HTMLDivElement | undefined;
  const activate = (panel: string | undefined): void => {
    if (panel === undefined) return;
    changeLayout((now) => activatePanel(now, panel));
    list?.querySelector<HTMLElement>(`[data-tab="${panel}"]`)?.focus();
  };
  const key = (event: KeyboardEvent, panel: string): void => {
    const { panels } = props.group;
    const nth = panels.indexOf(panel);
    const act: Readonly<Record<string, () => void>> = {
      ArrowRight: () => activate(panels[(nth + 1) % panels.length]),
      ArrowLeft: () => activate(panels.at(nth - 1)),
      Home: () => activate(panels[0]),
      End: () => activate(panels.at(-1)),
      Delete: () => changeLayout((now) => closePanel(now, panel)),
    };
    const chosen = act[event.key];
    if (chosen === undefined) return;
    event.preventDefault();
    chosen();
  };
  const toggleMaximised = (): void =>
    changeLayout((now) => maximise(now, now.maximised === null ? props.group.id : null));
  return (
    <div ref={list} class="dock-tabs" role="tablist" aria-label={LAYOUT_TEXT.panels}>
      <For each={props.group.panels}>
        {(panel) => (
          <button
            type="button"
            role="tab"
            class="dock-tab"
            id={`${props.base}-${panel}`}
            data-tab={panel}
            data-dragged={draggedPanel() === panel}
            aria-selected={props.group.active === panel}
            aria-controls={`${props.base}-panel`}
            tabindex={props.group.active === panel ? 0 : -1}
            onKeyDown={(event) => key(event, panel)}
            onPointerDown={(event) => {
              if (props.dock !== undefined) dragTab(event, panel, props.dock);
            }}
            onClick={() => activate(panel)}
            onAuxClick={(event) => {
              if (event.button === MIDDLE_BUTTON) changeLayout((now) => closePanel(now, panel));
            }}
            onDblClick={toggleMaximised}
          >
            <Icon name={panelKind(layout().panels[panel]?.kind ?? "")?.icon ?? "table"} size={14} />
            <span class="clip">{titleOfPanel(panel)}</span>
          </button>
        )}
      </For>
    </div>
  );
}

/** Takes the elements of its panels in, and shows the one that is active. */
function GroupBody(props: { readonly base: string; readonly group: Group; readonly bodies: PanelBodies }): JSX.Element {
  let place: HTMLDivElement | undefined;
  createEffect(() => {
    const { panels, active } = props.group;
    for (const panel of panels) {
      const element = props.bodies().get(panel);
      if (element === undefined || place === undefined) continue;
      // Also from another group: an element has one place, so it leaves that one.
      if (element.parentElement !== place) place.append(element);
      element.hidden = panel !== active;
    }
  });
  return (
    <div
      ref={place}
      class="dock-body"
      role="tabpanel"
      id={`${props.base}-panel`}
      aria-labelledby={props.group.active === null ? undefined : `${props.base}-${props.group.active}`}
    />
  );
}
