import { useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, Show, type JSX } from "solid-js";
import { panelKind } from "../panels/kinds.ts";
import type { PanelState } from "./layout.ts";
import { PanelContent, symbolOf } from "./panelBodies.tsx";
import { LinkMenu } from "./PanelTools.tsx";
import { panelOfAddress } from "./popOutAddress.ts";

/** One panel, alone in its window. What is changed in it stays in this window. */
export function PopOut(): JSX.Element {
  const [query] = useSearchParams();
  const [state, setState] = createSignal<PanelState>(panelOfAddress(query));
  const title = (): string => panelKind(state().kind)?.title ?? "";
  createEffect(() => {
    document.title = panelKind(state().kind)?.hasSymbol === true ? `${symbolOf(state())} ${title()}` : title();
  });
  return (
    <div class="pop-out">
      <div class="dock-head">
        <h1 class="pop-out-title">{title()}</h1>
        <Show when={panelKind(state().kind)?.hasSymbol}>
          <span class="dock-symbol">{symbolOf(state())}</span>
          <LinkMenu
            link={state().link}
            onChange={(link) => setState({ ...state(), link, symbol: link === null ? symbolOf(state()) : null })}
          />
        </Show>
      </div>
      <PanelContent state={state} change={(change) => setState({ ...state(), ...change })} />
    </div>
  );
}
