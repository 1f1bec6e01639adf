/** Paints the drawings of a symbol over its bars: a primitive of the chart library. */
import type { IPrimitivePaneView, ISeriesPrimitive, SeriesAttachedParameter } from "lightweight-charts";
import type { Theme } from "../engine/theme.ts";
import type { Drawing } from "./drawings.ts";
import { type Point, retracement, segmentsOf, type Size } from "./geometry.ts";

/** What the layer is painted from. */
export interface DrawingsView {
  readonly drawings: () => readonly Drawing[];
  readonly selected: () => string | null;
  readonly pointsOf: (drawing: Drawing) => readonly Point[] | null;
  readonly yOf: (price: number) => number | null;
  readonly theme: () => Theme;
  readonly priceText: (price: number) => string;
  /** What a measure says: change, percent and number of bars. */
  readonly measureText: (drawing: Drawing) => readonly string[];
}

const HANDLE = 4;
const PADDING = 5;
const LINE_HEIGHT = 16;

/** The size of a note on the screen. */
export function noteSize(context: CanvasRenderingContext2D, font: string, text: string): Size {
  context.font = font;
  return { width: context.measureText(text).width + 2 * PADDING, height: LINE_HEIGHT + 6 };
}

export class DrawingsLayer implements ISeriesPrimitive {
  readonly #view: DrawingsView;
  readonly #paneView: IPrimitivePaneView;
  #repaint: () => void = () => {};

  constructor(view: DrawingsView) {
    this.#view = view;
    this.#paneView = {
      zOrder: () => "top",
      renderer: () => ({
        draw: (target) => target.useMediaCoordinateSpace(({ context, mediaSize }) => this.#draw(context, mediaSize)),
      }),
    };
  }

  attached({ requestUpdate }: SeriesAttachedParameter): void {
    this.#repaint = requestUpdate;
  }

  /** Has the library paint soon. */
  repaint(): void {
    this.#repaint();
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.#paneView];
  }

  #draw(context: CanvasRenderingContext2D, size: Size): void {
    const { drawings, selected, pointsOf } = this.#view;
    for (const drawing of drawings()) {
      const points = pointsOf(drawing);
      if (points === null || points.length === 0) continue;
      context.save();
      this.#drawOne(context, size, drawing, points, drawing.id === selected());
      context.restore();
    }
  }

  #drawOne(
    context: CanvasRenderingContext2D,
    size: Size,
    drawing: Drawing,
    points: readonly Point[],
    isSelected: boolean,
  ): void {
    const { kind } = drawing;
    const theme = this.#view.theme();
    const colour = theme.token(drawing.colour);
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = isSelected ? 2 : 1.5;
    context.font = theme.font;
    context.textBaseline = "middle";
    const [from, to] = drawing.anchors;
    const levels = kind === "fibonacci" && from && to ? retracement(from.price, to.price) : [];
    const [a, b] = points;
    if ((kind === "rectangle" || kind === "measure") && a && b) {
      context.globalAlpha = 0.14;
      context.fillRect(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(b.x - a.x), Math.abs(b.y - a.y));
      context.globalAlpha = 1;
    }
    const ys = levels.map(([, price]) => this.#view.yOf(price) ?? Number.NaN);
    for (const [nth, [one, other]] of segmentsOf(kind, points, size, ys).entries()) {
      context.setLineDash(kind === "fibonacci" && nth === 0 ? [4, 4] : []);
      context.beginPath();
      context.moveTo(one.x, one.y);
      context.lineTo(other.x, other.y);
      context.stroke();
    }
    context.setLineDash([]);
    for (const [nth, [ratio, price]] of levels.entries()) {
      const left = Math.min(a?.x ?? 0, b?.x ?? 0);
      this.#label(
        context,
        { x: Math.max(0, left), y: (ys[nth] ?? 0) - 8 },
        `${ratio} (${this.#view.priceText(price)})`,
      );
    }
    if (kind === "text" && a) this.#note(context, a, drawing.text ?? "", colour);
    if (kind === "measure" && a && b) {
      const lines = this.#view.measureText(drawing);
      const top = Math.min(a.y, b.y) - 8 - lines.length * LINE_HEIGHT;
      lines.forEach((text, nth) => {
        this.#label(context, { x: Math.min(a.x, b.x), y: Math.max(10, top + nth * LINE_HEIGHT + 8) }, text);
      });
    }
    if (isSelected) this.#handles(context, points, theme);
  }

  #label(context: CanvasRenderingContext2D, { x, y }: Point, text: string): void {
    const theme = this.#view.theme();
    const { width } = context.measureText(text);
    context.save();
    context.globalAlpha = 0.85;
    context.fillStyle = theme.token("--surface");
    context.fillRect(x, y - LINE_HEIGHT / 2, width + 2 * PADDING, LINE_HEIGHT);
    context.globalAlpha = 1;
    context.fillStyle = theme.token("--ink");
    context.fillText(text, x + PADDING, y);
    context.restore();
  }

  #note(context: CanvasRenderingContext2D, at: Point, text: string, colour: string): void {
    const theme = this.#view.theme();
    const { width, height } = noteSize(context, theme.font, text);
    context.fillStyle = theme.token("--overlay");
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(at.x, at.y - height / 2, width, height, 4);
    context.fill();
    context.stroke();
    context.fillStyle = theme.token("--ink");
    context.fillText(text, at.x + PADDING, at.y + 1);
  }

  #handles(context: CanvasRenderingContext2D, points: readonly Point[], theme: Theme): void {
    context.fillStyle = theme.token("--surface");
    context.strokeStyle = theme.token("--focus");
    context.lineWidth = 2;
    for (const { x, y } of points) {
      context.beginPath();
      context.arc(x, y, HANDLE, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }
}
