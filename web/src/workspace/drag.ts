/** Dragging a tab to another place of the workspace, with a preview of where the panel would be. */
import { batch, createSignal } from "solid-js";
import { announce } from "../design/components/notices.tsx";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { placeAfter, targetAt, type Rect } from "./geometry.ts";
import { movePanel, type Target } from "./layout.ts";
import { changeLayout, layout } from "./layouts.ts";
import { titleOfPanel } from "./titles.ts";

/** So far a pressed tab moves before it is dragged: less is a click. */
const SLACK_PIXELS = 6;
const HEAD_PIXELS = 34;

const [preview, setPreview] = createSignal<Rect | null>(null);
const [dragged, setDragged] = createSignal<string | null>(null);

/** Where the dragged panel would be; null while none is dragged, or outside of the workspace. */
export { preview as dragPreview, dragged as draggedPanel };

/** Begins to follow a pointer that has pressed a tab. */
export function dragTab(event: PointerEvent, panel: string, dock: HTMLElement): void {
  if (event.button !== 0) return;
  const { clientX, clientY } = event;
  let target: Target | null = null;
  const move = (moved: PointerEvent): void => {
    const far = Math.hypot(moved.clientX - clientX, moved.clientY - clientY) > SLACK_PIXELS;
    if (dragged() === null && !far) return;
    target = targetUnder(moved, dock);
    batch(() => {
      setDragged(panel);
      setPreview(target === null ? null : placeAfter(layout(), panel, target));
    });
  };
  const end = (): void => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", drop);
    removeEventListener("pointercancel", end);
    removeEventListener("keydown", escape, true);
    batch(() => {
      setDragged(null);
      setPreview(null);
    });
  };
  const drop = (): void => {
    const to = dragged() === null ? null : target;
    end();
    if (to !== null) moveTo(panel, to);
  };
  const escape = (key: KeyboardEvent): void => {
    if (key.key !== "Escape") return;
    key.preventDefault();
    end();
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", drop);
  addEventListener("pointercancel", end);
  addEventListener("keydown", escape, true);
}

/** Moves a panel, and says so to those who do not see it. */
export function moveTo(panel: string, target: Target): void {
  changeLayout((now) => movePanel(now, panel, target));
  announce(LAYOUT_TEXT.moved(titleOfPanel(panel)));
}

function targetUnder({ clientX, clientY }: PointerEvent, dock: HTMLElement): Target | null {
  const box = dock.getBoundingClientRect();
  const point = { x: clientX - box.left, y: clientY - box.top };
  const target = targetAt(layout().root, point, box, HEAD_PIXELS);
  if (target?.edge !== "centre") return target;
  const tabs = dock.querySelectorAll(`[data-group="${target.group}"] [role=tab]`);
  const list = document.elementFromPoint(clientX, clientY)?.closest("[role=tablist]") ?? null;
  if (list === null) return target;
  const others = [...tabs].filter((tab) => tab.getAttribute("data-tab") !== dragged());
  const before = others.filter((tab) => {
    const at = tab.getBoundingClientRect();
    return at.left + at.width / 2 < clientX;
  });
  return { group: target.group, edge: "centre", index: before.length };
}
