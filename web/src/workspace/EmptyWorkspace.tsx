import { For, type JSX } from "solid-js";
import { Button } from "../design/components/Button.tsx";
import { PANEL_KINDS } from "../panels/kinds.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { addPanel, newPanel, newPanelId } from "./layout.ts";
import { changeLayout } from "./layouts.ts";

/** A layout without panels offers every kind. */
export function EmptyWorkspace(): JSX.Element {
  return (
    <div class="dock-empty">
      <h2>{LAYOUT_TEXT.emptyTitle}</h2>
      <p class="quiet">{LAYOUT_TEXT.emptyText}</p>
      <div class="row wrap">
        <For each={PANEL_KINDS}>
          {(kind) => (
            <Button
              icon={kind.icon}
              onClick={() =>
                changeLayout((now) => addPanel(now, newPanel(newPanelId(now), kind.id), { group: null, edge: "right" }))
              }
            >
              {kind.title}
            </Button>
          )}
        </For>
      </div>
    </div>
  );
}
