/** A key that is held down does once what it does; only moving, zooming and writing go on. */

type Key = Pick<KeyboardEvent, "key" | "repeat" | "ctrlKey" | "metaKey">;

/** Keys that confirm, switch, delete, or are letters of their own: not arrows, page keys, + and −, undo. */
function acts({ key, ctrlKey, metaKey }: Key): boolean {
  if (key === "Enter" || key === " " || key === "Delete" || key === "Backspace") return true;
  return /^[\p{L}\d?/]$/u.test(key) && !ctrlKey && !metaKey;
}

/** True for the second and each later event of a key that is held down, unless the key is one that goes on. */
export const isRepeated = (event: Key): boolean => event.repeat && acts(event);

/** Where a key is pressed: in a field of one line, of several, in neither, or on the page itself. */
export type Place = "line" | "lines" | "control" | "page";

/** Whether a repeated key is to do nothing there: in fields it writes, and on the page Space scrolls. */
export function isIgnored(event: Key, place: Place): boolean {
  if (!isRepeated(event) || place === "lines") return false;
  if (place === "line") return event.key === "Enter";
  return place !== "page" || event.key !== " ";
}

const NO_TEXT = "[type=button], [type=submit], [type=reset], [type=checkbox], [type=radio], [type=range], [type=color]";

function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof HTMLElement) || target.matches("html, body, main")) return "page";
  if (target.isContentEditable || target.matches("textarea")) return "lines";
  if (target.matches("select")) return "line";
  return target.matches("input") && !target.matches(NO_TEXT) ? "line" : "control";
}

/** Takes repeated keys from everything in the window, so that no question is answered by the key that has asked it. */
export function ignoreHeldKeys(event: KeyboardEvent): void {
  if (!isIgnored(event, placeOf(event.target))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
