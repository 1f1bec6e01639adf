/** The command line over the page: one line that runs commands, shows symbols and finds every action. */
import { createUniqueId, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { isPaper } from "../api/session.ts";
import { Icon } from "../design/components/Icon.tsx";
import { Badge } from "../design/components/small.tsx";
import { PreviewBox } from "../panels/ticket/PreviewBox.tsx";
import { COMMANDS as T } from "../text/en/commands.ts";
import { keyText } from "./actions.ts";
import { groupOf, type Item } from "./items.ts";
import { keyFor } from "./keys.ts";
import { createPalette, type PaletteModel } from "./paletteModel.ts";
import { planOf } from "./plan.ts";
import { print } from "./print.ts";
import "./palette.css";

export default function Palette(props: { readonly initial: string; readonly onClose: () => void }): JSX.Element {
  const base = createUniqueId();
  const line = createPalette(() => props.onClose());
  let dialog: HTMLDialogElement | undefined;
  let input: HTMLInputElement | undefined;
  const restore = document.activeElement;
  onMount(() => {
    if (props.initial !== "") line.type(props.initial);
    dialog?.showModal();
    input?.focus();
  });
  onCleanup(() => {
    dialog?.close();
    if (restore instanceof HTMLElement && restore.isConnected) restore.focus();
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    line.onKey(event);
    document.querySelector(`#${base}-${line.chosen()}`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label={T.title}
      onClose={() => props.onClose()}
      onPointerDown={(event) => {
        if (event.target === dialog) props.onClose();
      }}
    >
      <div class="palette-line">
        <Icon name="command" />
        <input
          ref={input}
          class="palette-input"
          role="combobox"
          aria-label={T.input}
          aria-expanded={line.items().length > 0}
          aria-controls={`${base}-list`}
          aria-autocomplete="list"
          aria-activedescendant={line.items().length > 0 ? `${base}-${line.chosen()}` : undefined}
          aria-describedby={`${base}-state`}
          aria-invalid={line.problem() === null ? undefined : "true"}
          placeholder={T.placeholder}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={line.text()}
          onInput={(event) => line.type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Show when={isPaper()}>
          <Badge tone="paper">{T.paper}</Badge>
        </Show>
      </div>
      <State line={line} id={`${base}-state`} />
      <Show when={line.order() !== null && line.plan()?.refused === null}>
        <div class="palette-preview">
          <PreviewBox
            preview={line.preview}
            idle=""
            onSize={({ unit, amount }) => {
              const now = line.order();
              if (now !== null) line.type(print({ ...now, form: { ...now.form, unit, amount } }));
            }}
          />
        </div>
      </Show>
      <Results line={line} id={base} />
      <Show when={line.items().length === 0 && line.problem() === null && line.values().length === 0}>
        <p class="palette-nothing muted">{T.nothing}</p>
      </Show>
      <footer class="palette-hints" aria-hidden="true">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> {T.hints.move}
        </span>
        <span>
          <kbd>Tab</kbd> {T.hints.complete}
        </span>
        <span>
          <kbd>Enter</kbd> {T.hints.run}
        </span>
        <span>
          <kbd>Esc</kbd> {T.hints.close}
        </span>
      </footer>
    </dialog>
  );
}

interface Own {
  readonly line: PaletteModel;
  readonly id: string;
}

/** What is wrong, what may follow, and what is asked once more. */
function State(props: Own): JSX.Element {
  return (
    <div class="palette-state" id={props.id}>
      <Show when={props.line.problem()}>
        {(wrong) => (
          <p class="palette-problem">
            <span aria-hidden="true">{props.line.text().slice(0, wrong().from)}</span>
            <mark>{props.line.text().slice(wrong().from, wrong().to)}</mark>
            <span aria-hidden="true">{props.line.text().slice(wrong().to)}</span>
            <span class="palette-why">{wrong().text}</span>
          </p>
        )}
      </Show>
      <Show when={props.line.problem() === null && props.line.values().length > 0}>
        <p class="palette-next quiet">{props.line.values().join(", ")}</p>
      </Show>
      <Show when={props.line.plan()?.refused}>
        {(why) => (
          <p class="notice" data-tone="warn">
            {why()}
          </p>
        )}
      </Show>
      <Show when={props.line.isArmed()}>
        <p class="notice" data-tone="warn">
          <strong>{T.once}</strong>
        </p>
      </Show>
    </div>
  );
}

function Results(props: Own): JSX.Element {
  return (
    <ul
      class="palette-list"
      id={`${props.id}-list`}
      role="listbox"
      aria-label={T.results}
      tabindex={-1}
      onMouseDown={(event) => event.preventDefault()}
    >
      <For each={props.line.items()}>
        {(item, nth) => (
          <li
            id={`${props.id}-${nth()}`}
            role="option"
            aria-selected={nth() === props.line.chosen()}
            data-kind={item.kind}
            onPointerMove={() => props.line.setChosen(nth())}
            onClick={() => props.line.choose(item)}
          >
            <ItemRow
              item={item}
              isFirst={nth() === 0 || groupOf(props.line.items()[nth() - 1] ?? item) !== groupOf(item)}
            />
          </li>
        )}
      </For>
    </ul>
  );
}

function ItemRow(props: { readonly item: Item; readonly isFirst: boolean }): JSX.Element {
  const parts = (): readonly [main: string, help: string, key: string] => {
    const { item } = props;
    switch (item.kind) {
      case "command":
        return [planOf(item.command).text, "", "Enter"];
      case "word":
        return [item.word, item.help, ""];
      case "symbol":
        return [item.asset.symbol, item.asset.name, ""];
      case "action":
        return [item.action.title, item.action.group, keyText(keyFor(item.action) ?? "")];
    }
  };
  return (
    <>
      <span class="palette-group">{props.isFirst ? groupOf(props.item) : ""}</span>
      <span class="palette-main">
        {parts()[0]} <span class="palette-help">{parts()[1]}</span>
      </span>
      <Show when={parts()[2] !== ""}>
        <kbd>{parts()[2]}</kbd>
      </Show>
    </>
  );
}
