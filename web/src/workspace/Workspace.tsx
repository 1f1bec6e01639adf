import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, type JSX } from "solid-js";
import { useSearchParams } from "@solidjs/router";
import { me } from "../api/session.ts";
import { provideActions } from "../commands/actions.ts";
import { isPhone } from "../design/screen.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { layoutActions } from "./actions.ts";
import { BorderHandle } from "./BorderHandle.tsx";
import { ConflictDialog } from "./ConflictDialog.tsx";
import { dragPreview } from "./drag.ts";
import { EmptyWorkspace } from "./EmptyWorkspace.tsx";
import { geometryOf } from "./geometry.ts";
import { GroupView } from "./GroupView.tsx";
import { groupsOf } from "./layout.ts";
import { currentId, generation, isFound, layout, layoutName, openLayouts } from "./layouts.ts";
import { makePanelBodies } from "./panelBodies.tsx";
import { placed, WHOLE } from "./place.ts";
import { PhoneWorkspace } from "./PhoneWorkspace.tsx";
import { PopOut } from "./PopOut.tsx";
import { isAsked, startSync } from "./sync.ts";
import { SymbolSearch } from "./SymbolSearch.tsx";
import "./workspace.css";
import "./phone.css";

/** The workspace: docked panels; one at a time on a phone; one alone in a window of its own. */
export default function Workspace(): JSX.Element {
  const [query] = useSearchParams<{ panel?: string }>();
  return (
    <Show when={query.panel === undefined} fallback={<PopOut />}>
      <OwnLayouts />
    </Show>
  );
}

/** Opens the layouts of who is signed in, and shows them as the screen allows. */
function OwnLayouts(): JSX.Element {
  createEffect(
    on(
      () => me()?.user.id,
      (user) => {
        if (user !== undefined) openLayouts(user);
      },
    ),
  );
  onMount(() => onCleanup(startSync()));
  // In a new browser the first layout would give way to the login's at once, and with it what was typed.
  const isOpen = createMemo(() => isFound() || isAsked());
  return (
    <>
      <h1 class="hidden-text">{LAYOUT_TEXT.layoutIs(layoutName())}</h1>
      <Show when={isOpen() && !isPhone()} fallback={isOpen() && <PhoneWorkspace />}>
        {/* Another layout, or one that was reset, is another set of panels. */}
        <Show when={`${currentId()} ${generation()}`} keyed>
          {(key) => <Dock layout={key} />}
        </Show>
      </Show>
      <ConflictDialog />
      <SymbolSearch />
    </>
  );
}

function Dock(props: { readonly layout: string }): JSX.Element {
  let box: HTMLDivElement | undefined;
  const [element, setElement] = createSignal<HTMLDivElement>();
  const geometry = createMemo(() => geometryOf(layout().root));
  const maximised = createMemo(() => layout().maximised);
  const order = createMemo(
    () => {
      const only = maximised();
      return only === null ? geometry().order : [only];
    },
    undefined,
    { equals: (a, b) => a.join() === b.join() },
  );
  const bodies = makePanelBodies();
  provideActions(layoutActions());
  onMount(() => setElement(box));
  const isEmpty = (): boolean => groupsOf(layout().root).every(({ panels }) => panels.length === 0);
  return (
    <div ref={box} class="dock" data-layout={props.layout}>
      <Show when={!isEmpty()} fallback={<EmptyWorkspace />}>
        <For each={order()}>
          {(key) => (
            <Show
              when={geometry().borders.has(key)}
              fallback={
                <GroupView
                  id={key}
                  rect={maximised() === key ? WHOLE : (geometry().groups.get(key) ?? WHOLE)}
                  bodies={bodies}
                  dock={element()}
                />
              }
            >
              <BorderHandle border={() => geometry().borders.get(key)} dock={element()} />
            </Show>
          )}
        </For>
      </Show>
      <Show when={dragPreview()}>
        {(rect) => <div class="dock-preview" style={placed(rect())} aria-hidden="true" />}
      </Show>
    </div>
  );
}
