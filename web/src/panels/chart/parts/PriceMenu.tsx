import { createEffect, For, onCleanup, type JSX } from "solid-js";
import { Icon } from "../../../design/components/Icon.tsx";
import type { MenuItem } from "../../../design/components/Menu.tsx";

/** Where a menu was asked for, in pixels of the window. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

const GAP = 4;

/**
 * A menu at a point: of a right click, a long press, or a key. Arrow keys move; Escape and a press beside it close it. It
 * closes itself: the browser would at the end of the very press that opened it.
 */
export function PriceMenu(props: {
  readonly label: string;
  readonly place: MenuPlace | null;
  readonly items: readonly MenuItem[];
  readonly onClose: () => void;
}): JSX.Element {
  let menu: HTMLDivElement | undefined;
  let before: Element | null = null;
  const close = (): void => {
    if (menu?.matches(":popover-open") !== true) return;
    menu.hidePopover();
    props.onClose();
  };
  createEffect(() => {
    const { place } = props;
    if (place === null || menu === undefined) return;
    before = document.activeElement;
    if (!menu.matches(":popover-open")) menu.showPopover();
    const { offsetWidth: width, offsetHeight: height } = menu;
    menu.style.setProperty("left", `${Math.max(GAP, Math.min(place.x, innerWidth - width - GAP))}px`);
    menu.style.setProperty("top", `${Math.max(GAP, Math.min(place.y, innerHeight - height - GAP))}px`);
    menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  });
  const outside = (event: PointerEvent): void => {
    if (!menu?.contains(event.target as Node)) close();
  };
  document.addEventListener("pointerdown", outside, { capture: true });
  onCleanup(() => document.removeEventListener("pointerdown", outside, { capture: true }));
  const leave = (): void => {
    close();
    if (before instanceof HTMLElement) before.focus();
  };
  const step = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      return leave();
    }
    const all = [...(menu?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const nth = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: nth + 1, ArrowUp: nth - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };
  return (
    <div ref={menu} class="menu" role="menu" aria-label={props.label} popover="manual" onKeyDown={step}>
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
              leave();
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
