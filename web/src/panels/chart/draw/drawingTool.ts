/** The drawings of a chart: which one is selected, what is being drawn, and where each is on the screen. */
import { createEffect, createSignal, on, type Accessor } from "solid-js";
import type { ChartController } from "../controller.ts";
import { SERIES_COLOURS } from "../model/indicators.ts";
import type { Tool } from "../parts/names.ts";
import { type Anchor, anchorsOf, type Drawing, type DrawingKind, drawingsOf, type Drawings } from "./drawings.ts";
import { DrawingsLayer } from "./drawingsLayer.ts";
import { movedPoints, type Part, type Point } from "./geometry.ts";

export interface DrawingTool {
  readonly tool: Accessor<Tool>;
  readonly choose: (tool: Tool) => void;
  readonly drawings: Accessor<Drawings>;
  readonly selected: Accessor<Drawing | null>;
  readonly select: (id: string | null) => void;
  /** Points of the drawing that is being drawn. */
  readonly points: Accessor<readonly Anchor[]>;
  /** Sets a point of the drawing. Gives the drawing when it is complete. */
  readonly setPoint: (anchor: Anchor) => Drawing | null;
  /** Shows the drawing that is being drawn with its second point here. */
  readonly preview: (anchor: Anchor) => void;
  /** Shows a drawing as it would be, until it is kept or given up. */
  readonly draft: Accessor<Drawing | null>;
  readonly setDraft: (drawing: Drawing | null) => void;
  /** Moves the selected drawing by pixels. */
  readonly nudge: (by: Point) => void;
  readonly removeSelected: () => void;
  readonly cancel: () => void;
  /** Where its anchors are on the screen; null when that is not known. */
  readonly pointsOf: (drawing: Pick<Drawing, "anchors">) => readonly Point[] | null;
  readonly anchorAt: (point: Point) => Anchor | null;
  /** A drawing of which a part is moved from these points; null when it would leave the scale. */
  readonly movedBy: (drawing: Drawing, part: Part, by: Point, from: readonly Point[]) => Drawing | null;
}

export interface ToolTexts {
  readonly measure: (drawing: Drawing) => readonly string[];
  readonly price: (price: number) => string;
  /** Asks the user for the text of a note; null when they gave up. */
  readonly askNote: () => Promise<string | null>;
  readonly drawn: (drawing: Drawing) => void;
}

type Projection = Pick<DrawingTool, "pointsOf" | "anchorAt" | "movedBy">;

function projectionOf({ engine }: ChartController): Projection {
  const anchorAt = ({ x, y }: Point): Anchor | null => {
    const [at, price] = [engine.timeAt(x), engine.priceAt(y)];
    return at === null || price === null ? null : { at, price };
  };
  return {
    pointsOf: ({ anchors }) => {
      const all = anchors.flatMap(({ at, price }) => {
        const [x, y] = [engine.xOfTime(at), engine.yOf(price)];
        return x === null || y === null ? [] : [{ x, y }];
      });
      return all.length === anchors.length ? all : null;
    },
    anchorAt,
    movedBy: (drawing, part, by, from) => {
      const anchors = movedPoints(from, part, by).flatMap((point) => anchorAt(point) ?? []);
      return anchors.length === from.length ? { ...drawing, anchors } : null;
    },
  };
}

export function createDrawingTool(chart: ChartController, symbol: Accessor<string>, texts: ToolTexts): DrawingTool {
  const [tool, setTool] = createSignal<Tool>("cursor");
  const [selectedId, setSelectedId] = createSignal<string | null>(null);
  const [points, setPoints] = createSignal<readonly Anchor[]>([]);
  const [draft, setDraft] = createSignal<Drawing | null>(null);
  const projection = projectionOf(chart);
  const drawings = (): Drawings => drawingsOf(symbol());
  const selected = (): Drawing | null =>
    drawings()
      .all()
      .find(({ id }) => id === selectedId()) ?? null;
  const shown = (): readonly Drawing[] => {
    const now = draft();
    const kept = drawings().all();
    if (now === null) return kept;
    return kept.some(({ id }) => id === now.id) ? kept.map((one) => (one.id === now.id ? now : one)) : [...kept, now];
  };
  const cancel = (): void => {
    setPoints([]);
    setDraft(null);
    setTool("cursor");
  };

  const layer = new DrawingsLayer({
    drawings: shown,
    selected: () => draft()?.id ?? selectedId(),
    pointsOf: projection.pointsOf,
    yOf: chart.engine.yOf,
    theme: () => chart.engine.theme,
    priceText: texts.price,
    measureText: texts.measure,
  });
  chart.engine.addPrimitive(layer);
  createEffect(() => {
    shown();
    selectedId();
    layer.repaint();
  });
  createEffect(
    on(symbol, () => {
      setSelectedId(null);
      cancel();
    }),
  );

  const newDrawing = (kind: DrawingKind, anchors: readonly Anchor[]): Drawing => ({
    id: crypto.randomUUID(),
    kind,
    anchors,
    colour: SERIES_COLOURS[drawings().all().length % SERIES_COLOURS.length] ?? "--series-1",
  });
  const keep = (drawing: Drawing): void => {
    drawings().add(drawing);
    setSelectedId(drawing.id);
    texts.drawn(drawing);
  };
  const finish = (drawing: Drawing): void => {
    cancel();
    if (drawing.kind !== "text") return keep(drawing);
    void texts.askNote().then((text) => {
      if (text !== null && text.trim() !== "") keep({ ...drawing, text: text.trim() });
    });
  };

  return {
    ...projection,
    tool,
    drawings,
    selected,
    select: setSelectedId,
    points,
    draft,
    setDraft,
    cancel,
    choose: (next) => {
      cancel();
      setSelectedId(null);
      setTool(next);
    },
    setPoint: (anchor) => {
      const kind = tool();
      if (kind === "cursor") return null;
      const all = [...points(), anchor];
      if (all.length < anchorsOf(kind)) {
        setPoints(all);
        setDraft(newDrawing(kind, [anchor, anchor]));
        return null;
      }
      const drawing = newDrawing(kind, all);
      finish(drawing);
      return drawing;
    },
    preview: (anchor) => {
      const [now, [first]] = [draft(), points()];
      if (now !== null && first !== undefined) setDraft({ ...now, anchors: [first, anchor] });
    },
    nudge: (by) => {
      const drawing = selected();
      const from = drawing === null ? null : projection.pointsOf(drawing);
      const moved = drawing === null || from === null ? null : projection.movedBy(drawing, "body", by, from);
      if (moved !== null) drawings().change(moved);
    },
    removeSelected: () => {
      const drawing = selected();
      if (drawing !== null) drawings().remove(drawing.id);
      setSelectedId(null);
    },
  };
}
