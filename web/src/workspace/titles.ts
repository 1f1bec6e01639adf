import { panelKind } from "../panels/kinds.ts";
import { layout } from "./layouts.ts";

/** The title of a panel of the layout that is shown; empty when there is none. */
export function titleOfPanel(panel: string): string {
  return panelKind(layout().panels[panel]?.kind ?? "")?.title ?? "";
}
