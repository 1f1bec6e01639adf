import { createSignal, createUniqueId, For, type JSX } from "solid-js";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./icons.ts";

export interface MenuItem {
  readonly text: string;
  readonly icon?: IconName;
  readonly disabled?: boolean;
  /** For a choice that can be on: a check mark shows it. */
  readonly checked?: boolean;
  readonly onChoose: () => void;
}

const GAP = 4;

/** A button that opens a menu (the browser's popover): arrow keys move, Escape closes. */
export function Menu(props: {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly icon?: IconName;
  /** What the button shows; an icon alone without it. */
  readonly children?: JSX.Element;
  readonly class?: string;
}): JSX.Element {
  const id = createUniqueId();
  const [open, setOpen] = createSignal(false);
  let button: HTMLButtonElement | undefined;
  let menu: HTMLDivElement | undefined;
  const items = (): HTMLButtonElement[] => [...(menu?.querySelectorAll<HTMLButtonElement>("[role^=menuitem]") ?? [])];

  /** Under the button, or above it when there is no room. */
  const place = (): void => {
    if (menu === undefined || button === undefined) return;
    const at = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const below = at.bottom + GAP;
    const top = below + height > innerHeight ? Math.max(GAP, at.top - GAP - height) : below;
    menu.style.setProperty("left", `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`);
    menu.style.setProperty("top", `${top}px`);
  };
  const step = (event: KeyboardEvent): void => {
    const all = items().filter((item) => !item.disabled);
    const nth = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: nth + 1, ArrowUp: nth - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={props.class ?? (props.children === undefined ? "icon-button" : "button")}
        aria-haspopup="menu"
        aria-expanded={open()}
        aria-label={props.children === undefined ? props.label : undefined}
        title={props.label}
        popovertarget={id}
      >
        {props.children ?? <Icon name={props.icon ?? "more"} />}
      </button>
      <div
        ref={menu}
        id={id}
        class="menu"
        role="menu"
        aria-label={props.label}
        popover="auto"
        onKeyDown={step}
        on:toggle={(event: ToggleEvent) => {
          setOpen(event.newState === "open");
          if (event.newState !== "open") return;
          place();
          items()
            .find((item) => !item.disabled)
            ?.focus();
        }}
      >
        <For each={props.items}>
          {(item) => (
            <button
              type="button"
              role={item.checked === undefined ? "menuitem" : "menuitemcheckbox"}
              aria-checked={item.checked}
              disabled={item.disabled}
              tabindex={-1}
              onClick={() => {
                menu?.hidePopover();
                button?.focus();
                item.onChoose();
              }}
            >
              {item.icon && <Icon name={item.icon} />}
              <span class="grow">{item.text}</span>
              {item.checked && <Icon name="check" />}
            </button>
          )}
        </For>
      </div>
    </>
  );
}
