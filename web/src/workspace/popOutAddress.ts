/** A panel in a window of its own: what it is stands in the address of the window. */
import type { PanelState } from "./layout.ts";
import { symbolOf } from "./panelBodies.tsx";
import { LINKS } from "./symbols.ts";

const FEATURES = "popup,width=720,height=560";

/** Opens the window; false when the browser refuses. */
export function openPopOut(panel: PanelState): boolean {
  const query = new URLSearchParams({ panel: panel.kind });
  if (panel.link === null) query.set("symbol", symbolOf(panel));
  else query.set("link", panel.link);
  query.set("settings", JSON.stringify(panel.settings));
  return window.open(`/trade?${query}`, "_blank", FEATURES) !== null;
}

/** The panel that an address names; what it does not say is as for a new panel. */
export function panelOfAddress(query: Readonly<Record<string, string | string[] | undefined>>): PanelState {
  const text = (name: string): string | null => {
    const value = query[name];
    return typeof value === "string" ? value : null;
  };
  const symbol = text("symbol");
  return {
    id: "p1",
    kind: text("panel") ?? "chart",
    link: symbol === null ? (LINKS.find((link) => link === text("link")) ?? "blue") : null,
    symbol,
    settings: settingsOf(text("settings")),
  };
}

function settingsOf(text: string | null): PanelState["settings"] {
  try {
    const read: unknown = JSON.parse(text ?? "{}");
    return typeof read === "object" && read !== null && !Array.isArray(read) ? (read as PanelState["settings"]) : {};
  } catch {
    return {};
  }
}
