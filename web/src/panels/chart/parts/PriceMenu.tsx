import { createEffect, createSignal, For, type JSX } from "solid-js";
import { Icon } from "../../../design/components/Icon.tsx";
import type { MenuItem } from "../../../design/components/Menu.tsx";

/** Where a menu was asked for, in pixels of the window. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

const GAP = 4;

/** A menu at a point: of a right click, a long press, or a key. Arrow keys move; Escape and a press beside it close it. */
export function PriceMenu(props: {
  readonly label: string;
  readonly place: MenuPlace | null;
  readonly items: readonly MenuItem[];
  readonly onClose: () => void;
}): JSX.Element {
  let menu: HTMLDivElement | undefined;
  const [isOpen, setOpen] = createSignal(false);
  createEffect(() => {
    const { place } = props;
    if (place === null || menu === undefined) return;
    menu.showPopover();
    const { offsetWidth: width, offsetHeight: height } = menu;
    menu.style.setProperty("left", `${Math.max(GAP, Math.min(place.x, innerWidth - width - GAP))}px`);
    menu.style.setProperty("top", `${Math.max(GAP, Math.min(place.y, innerHeight - height - GAP))}px`);
    menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  });
  const step = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const all = [...(menu?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const nth = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: nth + 1, ArrowUp: nth - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };
  return (
    <div
      ref={menu}
      class="menu"
      role="menu"
      aria-label={props.label}
      popover="auto"
      data-open={isOpen()}
      onKeyDown={step}
      on:toggle={(event: ToggleEvent) => {
        setOpen(event.newState === "open");
        if (event.newState === "closed") props.onClose();
      }}
    >
      <div class="chart-menu-head" role="presentation">
        {props.label}
      </div>
      <For each={props.items}>
        {(item) => (
          <button
            type="button"
            role="menuitem"
            tabindex={-1}
            onClick={() => {
              menu?.hidePopover();
              item.onChoose();
            }}
          >
            {item.icon && <Icon name={item.icon} />}
            <span class="grow">{item.text}</span>
          </button>
        )}
      </For>
    </div>
  );
}
