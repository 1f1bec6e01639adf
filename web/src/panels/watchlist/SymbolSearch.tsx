import { createSignal, createUniqueId, For, Show, type JSX } from "solid-js";
import { searchAssets } from "../../market/assets.ts";
import { WATCHLIST } from "../../text/en/watchlist.ts";

/** A field that finds an instrument by symbol or name (WAI-ARIA APG, combobox with a list). */
export function SymbolSearch(props: {
  readonly label: string;
  readonly onChoose: (symbol: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  const [text, setText] = createSignal("");
  const [open, setOpen] = createSignal(false);
  const [nth, setNth] = createSignal(0);
  const found = () => searchAssets(text());
  const choose = (symbol: string | undefined): void => {
    if (symbol === undefined) return;
    setText("");
    setOpen(false);
    props.onChoose(symbol);
  };
  const keys = (event: KeyboardEvent): void => {
    const { length } = found();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setNth((at) => (open() ? (at + step + length) % Math.max(1, length) : 0));
      setOpen(true);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (text().trim() !== "" || open()) choose(found()[nth()]?.symbol);
    } else if (event.key === "Escape") {
      if (open()) event.stopPropagation();
      setOpen(false);
      setText("");
    }
  };
  const shown = (): boolean => open() && found().length > 0;
  return (
    <div class="watch-search">
      <input
        class="input"
        role="combobox"
        aria-label={props.label}
        aria-expanded={shown()}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown() ? `${id}-${nth()}` : undefined}
        placeholder={props.label}
        autocomplete="off"
        spellcheck={false}
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setNth(0);
          setOpen(true);
        }}
        onKeyDown={keys}
        onBlur={() => setOpen(false)}
      />
      <ul id={id} class="watch-results" role="listbox" aria-label={WATCHLIST.results} hidden={!shown()}>
        <Show when={shown()}>
          <For each={found()}>
            {(asset, at) => (
              <li
                id={`${id}-${at()}`}
                role="option"
                aria-selected={at() === nth()}
                // Before the field loses the focus, which closes the list.
                onPointerDown={(event) => {
                  event.preventDefault();
                  choose(asset.symbol);
                }}
              >
                <strong>{asset.symbol}</strong> <span class="muted">{asset.name}</span>
              </li>
            )}
          </For>
        </Show>
      </ul>
      <Show when={open() && text().trim() !== "" && found().length === 0}>
        <p class="watch-none small muted" role="status">
          {WATCHLIST.noResult}
        </p>
      </Show>
    </div>
  );
}
