/** A short wash of colour behind a value that has changed. One animation of an element runs again, instead of a new one. */

const FLASH_MS = 600;
const running = new WeakMap<HTMLElement, { readonly up: Animation; readonly down: Animation }>();

const asksForStillness = matchMedia("(prefers-reduced-motion: reduce)");

/** Flashes, unless the user wants nothing to move. */
export function flash(element: HTMLElement, moved: "up" | "down"): void {
  if (asksForStillness.matches || document.documentElement.dataset["still"] === "true") return;
  let known = running.get(element);
  if (known === undefined) {
    const animate = (wash: string): Animation => {
      const animation = element.animate(
        [{ backgroundColor: `var(${wash})` }, { backgroundColor: "transparent" }],
        FLASH_MS,
      );
      animation.cancel();
      return animation;
    };
    running.set(element, (known = { up: animate("--up-wash"), down: animate("--down-wash") }));
  }
  known[moved === "up" ? "down" : "up"].cancel();
  known[moved].currentTime = 0;
  known[moved].play();
}
