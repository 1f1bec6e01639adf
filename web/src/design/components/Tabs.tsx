import { createUniqueId, For, type JSX } from "solid-js";

export interface Tab {
  readonly id: string;
  readonly text: string;
  /** Shown after the text, such as the number of open orders. */
  readonly count?: number | undefined;
}

/** Tabs over one panel (WAI-ARIA APG, tabs with automatic activation). `children` is the panel of the chosen tab. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  /** Beside the tabs: actions on what the panel shows. */
  readonly actions?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  const base = createUniqueId();
  let list: HTMLDivElement | undefined;
  const go = (event: KeyboardEvent, nth: number): void => {
    const last = props.tabs.length - 1;
    const to = { ArrowRight: nth === last ? 0 : nth + 1, ArrowLeft: nth === 0 ? last : nth - 1, Home: 0, End: last }[
      event.key
    ];
    const tab = to === undefined ? undefined : props.tabs[to];
    if (tab === undefined || to === undefined) return;
    event.preventDefault();
    props.onChange(tab.id);
    list?.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  return (
    <>
      <div class="tabs-row">
        <div ref={list} class="tabs" role="tablist" aria-label={props.label}>
          <For each={props.tabs}>
            {(tab, nth) => (
              <button
                type="button"
                role="tab"
                id={`${base}-${tab.id}`}
                aria-controls={`${base}-panel`}
                aria-selected={tab.id === props.value}
                tabindex={tab.id === props.value ? 0 : -1}
                onClick={() => props.onChange(tab.id)}
                onKeyDown={(event) => go(event, nth())}
              >
                {tab.text}
                {tab.count !== undefined && <span class="muted"> {tab.count}</span>}
              </button>
            )}
          </For>
        </div>
        {props.actions}
      </div>
      <div
        class="tab-panel"
        role="tabpanel"
        id={`${base}-panel`}
        aria-labelledby={`${base}-${props.value}`}
        tabindex={-1}
      >
        {props.children}
      </div>
    </>
  );
}
