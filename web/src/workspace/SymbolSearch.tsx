import { createEffect, createSignal, createUniqueId, For, Show, type JSX } from "solid-js";
import { Dialog } from "../design/components/Dialog.tsx";
import { Empty } from "../design/components/small.tsx";
import { searchAssets } from "../market/assets.ts";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { closeQuestion, question } from "./symbolQuestion.ts";

const T = LAYOUT_TEXT;

/** Finds an instrument by symbol or name (WAI-ARIA APG: a combobox with a list). */
export function SymbolSearch(): JSX.Element {
  return (
    <Dialog title={T.searchTitle} open={question() !== null} onClose={closeQuestion}>
      <Search />
    </Dialog>
  );
}

function Search(): JSX.Element {
  const id = createUniqueId();
  const [text, setText] = createSignal("");
  const [nth, setNth] = createSignal(0);
  const found = () => searchAssets(text());
  const choose = (symbol: string | undefined): void => {
    const asked = question();
    if (symbol === undefined || asked === null) return;
    closeQuestion();
    asked.answer(symbol);
  };
  const key = (event: KeyboardEvent): void => {
    const last = found().length - 1;
    const to = { ArrowDown: Math.min(nth() + 1, last), ArrowUp: Math.max(nth() - 1, 0) }[event.key];
    if (event.key === "Enter") choose(found()[nth()]?.symbol);
    if (to === undefined) return;
    event.preventDefault();
    setNth(to);
  };
  let list: HTMLUListElement | undefined;
  createEffect(() => list?.children[nth()]?.scrollIntoView({ block: "nearest" }));
  return (
    <div class="find-symbol">
      <label class="field-label" for={id}>
        {T.searchLabel}
      </label>
      <input
        id={id}
        class="input"
        role="combobox"
        autofocus
        autocomplete="off"
        spellcheck={false}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found().length === 0 ? undefined : `${id}-${nth()}`}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setNth(0);
        }}
        onKeyDown={key}
      />
      <Show when={found().length > 0} fallback={<Empty>{T.noMatch(text())}</Empty>}>
        <ul ref={list} id={`${id}-list`} role="listbox" aria-label={T.searchTitle} class="find-list">
          <For each={found()}>
            {(asset, at) => (
              <li
                role="option"
                id={`${id}-${at()}`}
                aria-selected={at() === nth()}
                onClick={() => choose(asset.symbol)}
                onPointerMove={() => setNth(at())}
              >
                <strong>{asset.symbol}</strong>
                <span class="grow clip">{asset.name}</span>
                <span class="small muted">{asset.class === "crypto" ? T.crypto : T.equity}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
