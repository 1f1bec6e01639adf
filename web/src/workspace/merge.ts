/** What happens when the layouts of this browser and those of the login differ. */
import { documentToStored, type SavedLayout, type WorkspaceDocument } from "./stored.ts";

/** What a browser keeps: its layouts, the version of the login's that they were made from, whether they changed since. */
export interface Kept {
  readonly document: WorkspaceDocument;
  readonly version: number;
  readonly changed: boolean;
}

/** What the login has; null: it has never stored any. */
export interface Remote {
  readonly document: WorkspaceDocument | null;
  readonly version: number;
}

/** `adopt` the login's, `send` this browser's, `ask` the user, or nothing of these. */
export type Step = "adopt" | "send" | "ask" | "nothing";

export function nextStep(kept: Kept, remote: Remote): Step {
  if (remote.version === kept.version) return kept.changed ? "send" : "nothing";
  if (remote.document === null) return "send";
  if (!kept.changed) return "adopt";
  return differing(kept.document, remote.document).length === 0 ? "send" : "ask";
}

/** The layouts that both have under the same id, with different content, as the other device has them. */
function differing(mine: WorkspaceDocument, theirs: WorkspaceDocument): readonly SavedLayout[] {
  return theirs.layouts.filter((layout) => {
    const same = mine.layouts.find(({ id }) => id === layout.id);
    return same !== undefined && textOf(same) !== textOf(layout);
  });
}

function textOf(layout: SavedLayout): string {
  return JSON.stringify(documentToStored({ current: "", layouts: [layout] }));
}

/**
 * Layouts of this browser, and those that only the other device has. Where both have changed one, the other's is kept
 * beside it under `nameOf(its name)`.
 */
export function merged(
  mine: WorkspaceDocument,
  theirs: WorkspaceDocument,
  nameOf: (name: string) => string,
): WorkspaceDocument {
  const known = new Set(mine.layouts.map(({ id }) => id));
  const copies = differing(mine, theirs).map(({ name, layout }) => ({
    id: newLayoutId(known),
    name: nameOf(name),
    layout,
  }));
  const others = theirs.layouts.filter(({ id }) => !mine.layouts.some((layout) => layout.id === id));
  return { current: mine.current, layouts: [...mine.layouts, ...others, ...copies] };
}

/** An id for a layout that the user saves; it joins `known`. */
export function newLayoutId(known: Set<string>): string {
  let nth = 1;
  while (known.has(`saved-${nth}`)) nth++;
  known.add(`saved-${nth}`);
  return `saved-${nth}`;
}
