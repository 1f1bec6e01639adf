/** The menu of drawings: each of them, undo and removal. */
import { announce } from "../../../design/components/notices.tsx";
import type { MenuItem } from "../../../design/components/Menu.tsx";
import { CHART } from "../../../text/en/chart.ts";
import type { DrawingTool } from "../draw/drawingTool.ts";
import { toolName } from "./names.ts";

export function drawingItems(tool: DrawingTool, focusChart: () => void): readonly MenuItem[] {
  const drawings = tool.drawings();
  const all = drawings.all();
  return [
    ...all.map(({ id, kind, text }) => ({
      text: CHART.select(text === undefined ? toolName(kind) : `${toolName(kind)}: ${text}`),
      onChoose: () => {
        tool.select(id);
        focusChart();
        announce(CHART.selected(toolName(kind)));
      },
    })),
    { text: CHART.deleteDrawing, icon: "trash", disabled: tool.selected() === null, onChoose: tool.removeSelected },
    { text: CHART.undo, icon: "undo", disabled: !drawings.canUndo(), onChoose: drawings.undo },
    { text: CHART.redo, icon: "redo", disabled: !drawings.canRedo(), onChoose: drawings.redo },
    { text: CHART.clearDrawings, icon: "trash", disabled: all.length === 0, onChoose: drawings.clear },
  ];
}
