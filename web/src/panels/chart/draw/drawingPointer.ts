/** Draws, selects and moves drawings by mouse, pen and finger. */
import { onCleanup } from "solid-js";
import type { ChartController } from "../controller.ts";
import type { Drawing } from "./drawings.ts";
import { noteSize } from "./drawingsLayer.ts";
import type { DrawingTool } from "./drawingTool.ts";
import { type Part, partAt, type Point, retracement } from "./geometry.ts";

const REACH_MOUSE = 6;
const REACH_TOUCH = 14;

interface Hit {
  readonly drawing: Drawing;
  readonly part: Part;
}

export function listenToPointer(view: HTMLElement, { engine }: ChartController, tool: DrawingTool): void {
  const canvas = document.createElement("canvas").getContext("2d");
  const hit = (pointer: Point, reach: number): Hit | null => {
    for (const drawing of tool.drawings().all().toReversed()) {
      const points = tool.pointsOf(drawing);
      if (points === null) continue;
      const [from, to] = drawing.anchors;
      const levels =
        drawing.kind === "fibonacci" && from && to
          ? retracement(from.price, to.price).map(([, price]) => engine.yOf(price) ?? Number.NaN)
          : [];
      const label =
        drawing.kind === "text" && canvas !== null
          ? noteSize(canvas, engine.theme.font, drawing.text ?? "")
          : undefined;
      const part = partAt(drawing.kind, points, engine.size, pointer, reach, { levels, label });
      if (part !== null) return { drawing, part };
    }
    return null;
  };

  let drag: (Hit & { readonly from: Point; readonly at: readonly Point[] }) | null = null;
  const pointOf = ({ clientX, clientY }: PointerEvent): Point => {
    const box = view.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  };
  const isInside = ({ x, y }: Point): boolean => x < engine.size.width && y < engine.size.height;
  const hold = ({ pointerId }: PointerEvent): void => {
    engine.setMovable(false);
    view.setPointerCapture(pointerId);
  };

  const down = (event: PointerEvent): void => {
    const point = pointOf(event);
    if (event.button !== 0 || !(event.target instanceof HTMLCanvasElement) || !isInside(point)) return;
    if (tool.tool() !== "cursor") {
      const anchor = tool.anchorAt(point);
      if (anchor === null) return;
      hold(event);
      tool.setPoint(anchor);
      return;
    }
    const found = hit(point, event.pointerType === "touch" ? REACH_TOUCH : REACH_MOUSE);
    tool.select(found?.drawing.id ?? null);
    const at = found === null ? null : tool.pointsOf(found.drawing);
    if (found === null || at === null) return;
    hold(event);
    drag = { ...found, from: point, at };
  };
  const move = (event: PointerEvent): void => {
    const point = pointOf(event);
    if (drag !== null) {
      const by = { x: point.x - drag.from.x, y: point.y - drag.from.y };
      const moved = tool.movedBy(drag.drawing, drag.part, by, drag.at);
      if (moved !== null) tool.setDraft(moved);
      return;
    }
    const anchor = tool.anchorAt(point);
    if (anchor !== null) tool.preview(anchor);
    if (event.pointerType !== "mouse" || tool.tool() !== "cursor") return;
    view.dataset["hit"] = String(isInside(point) && hit(point, REACH_MOUSE) !== null);
  };
  const up = (event: PointerEvent): void => {
    engine.setMovable(true);
    if (drag !== null) {
      drag = null;
      const moved = tool.draft();
      tool.setDraft(null);
      if (moved !== null) tool.drawings().change(moved);
      return;
    }
    // A drawing is drawn by two clicks, or by one drag from point to point.
    const [first] = tool.points();
    const at = first === undefined ? null : tool.pointsOf({ anchors: [first] })?.[0];
    const point = pointOf(event);
    const anchor = tool.anchorAt(point);
    if (at === null || at === undefined || anchor === null) return;
    if (Math.hypot(point.x - at.x, point.y - at.y) > 2 * REACH_MOUSE) tool.setPoint(anchor);
  };

  // Before the library's own listeners, which are on elements inside.
  view.addEventListener("pointerdown", down, { capture: true });
  view.addEventListener("pointermove", move);
  view.addEventListener("pointerup", up);
  view.addEventListener("pointercancel", up);
  onCleanup(() => {
    view.removeEventListener("pointerdown", down, { capture: true });
    view.removeEventListener("pointermove", move);
    view.removeEventListener("pointerup", up);
    view.removeEventListener("pointercancel", up);
  });
}
