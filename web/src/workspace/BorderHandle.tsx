import { createMemo, type Accessor, type JSX } from "solid-js";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import type { Border } from "./geometry.ts";
import { groupsOf, resize, SHARE_MIN } from "./layout.ts";
import { changeLayout, layout } from "./layouts.ts";
import { placed } from "./place.ts";
import { titleOfPanel } from "./titles.ts";

const STEP = 0.02;
const LARGE_STEP = 0.1;

/** The border between two panels: dragged, moved by arrow keys, halved by a double click or Enter. */
export function BorderHandle(props: {
  readonly border: Accessor<Border | undefined>;
  readonly dock: HTMLElement | undefined;
}): JSX.Element {
  const percent = createMemo(() => {
    const border = props.border();
    return border === undefined || border.both === 0 ? 50 : Math.round((border.share / border.both) * 100);
  });
  const set = (share: number): void => {
    const border = props.border();
    if (border !== undefined) changeLayout((now) => resize(now, border.split, border.nth, share));
  };
  const nameOf = (group: string): string => {
    const active = groupsOf(layout().root).find(({ id }) => id === group)?.active;
    return titleOfPanel(active ?? "");
  };
  const step = (event: KeyboardEvent): void => {
    const border = props.border();
    if (border === undefined) return;
    const by = (event.shiftKey ? LARGE_STEP : STEP) * border.both;
    const isRow = border.direction === "row";
    const to: Readonly<Record<string, number>> = {
      [isRow ? "ArrowLeft" : "ArrowUp"]: border.share - by,
      [isRow ? "ArrowRight" : "ArrowDown"]: border.share + by,
      Home: 0,
      End: border.both,
      Enter: border.both / 2,
    };
    const share = to[event.key];
    if (share === undefined) return;
    event.preventDefault();
    set(share);
  };
  /** Follows the pointer, at its distance from the border when it was pressed. */
  const drag = (event: PointerEvent & { currentTarget: HTMLElement }): void => {
    const border = props.border();
    const size = props.dock?.getBoundingClientRect();
    if (border === undefined || size === undefined || event.button !== 0) return;
    const handle = event.currentTarget;
    const isRow = border.direction === "row";
    const from = isRow ? event.clientX : event.clientY;
    const length = isRow ? size.width * border.of.width : size.height * border.of.height;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void =>
      set(border.share + ((isRow ? moved.clientX : moved.clientY) - from) / length);
    const end = (): void => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("lostpointercapture", end);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end);
  };
  return (
    <div
      class="dock-border"
      role="separator"
      tabindex={0}
      aria-orientation={props.border()?.direction === "row" ? "vertical" : "horizontal"}
      aria-label={LAYOUT_TEXT.resize(nameOf(props.border()?.before ?? ""), nameOf(props.border()?.after ?? ""))}
      aria-valuenow={percent()}
      aria-valuemin={Math.round(SHARE_MIN * 100)}
      aria-valuemax={Math.round((1 - SHARE_MIN) * 100)}
      style={props.border() === undefined ? {} : placed((props.border() as Border).at, 0)}
      onKeyDown={step}
      onPointerDown={drag}
      onDblClick={() => set((props.border()?.both ?? 0) / 2)}
    />
  );
}
