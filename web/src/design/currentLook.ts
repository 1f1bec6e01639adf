/** The look that this browser has chosen, as a signal; changes are seen at once and kept. */
import { createSignal } from "solid-js";
import { applyLook, LOOK_KEY, readLook, type Look } from "./look.ts";

const [look, setSignal] = createSignal<Look>(readLook(localStorage.getItem(LOOK_KEY)));
export { look };

/** Changes a part of the look. */
export function changeLook(change: Partial<Look>): void {
  const next = setSignal((before) => ({ ...before, ...change }));
  localStorage.setItem(LOOK_KEY, JSON.stringify(next));
  applyLook(next);
}

// Other windows of this browser, and the theme of the system while it is followed.
addEventListener("storage", ({ key, newValue }: StorageEvent) => {
  if (key === LOOK_KEY) applyLook(setSignal(readLook(newValue)));
});
matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => applyLook(look()));
