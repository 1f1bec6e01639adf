/** What is expensive to draw follows a press after the press itself is painted. */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from "solid-js";

/**
 * Follows a value one paint later, in a task of its own, so that neither a press nor other panels wait for it. A window
 * that nobody sees paints nothing: it follows at once.
 */
export function afterPaint<T>(value: Accessor<T>): Accessor<T> {
  const [shown, setShown] = createSignal<T>(untrack(value));
  createEffect(
    on(
      value,
      (next) => {
        const show = (): void => void setShown(() => next);
        if (document.hidden) return show();
        let timer: ReturnType<typeof setTimeout> | undefined;
        const frame = requestAnimationFrame(() => (timer = setTimeout(show)));
        onCleanup(() => {
          cancelAnimationFrame(frame);
          clearTimeout(timer);
        });
      },
      { defer: true },
    ),
  );
  return shown;
}
