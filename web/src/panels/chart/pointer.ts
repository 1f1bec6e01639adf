/** Right click and long press on the chart. */
import { onCleanup } from "solid-js";

const HOLD_MS = 500;
const MOVED = 8;

/** Calls back with the point of the window where the user asked for a menu. */
export function onMenuAsked(view: HTMLElement, act: (x: number, y: number) => void): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let from = { x: 0, y: 0 };
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const down = ({ pointerType, clientX: x, clientY: y }: PointerEvent): void => {
    stop();
    if (pointerType !== "touch") return;
    from = { x, y };
    timer = setTimeout(() => act(x, y), HOLD_MS);
  };
  const move = ({ clientX, clientY }: PointerEvent): void => {
    if (Math.hypot(clientX - from.x, clientY - from.y) > MOVED) stop();
  };
  const menu = (event: MouseEvent): void => {
    event.preventDefault();
    // Some browsers ask for a menu after a long press, too.
    if (timer === null && (event as PointerEvent).pointerType === "touch") return;
    stop();
    act(event.clientX, event.clientY);
  };
  const listeners = { pointerdown: down, pointermove: move, pointerup: stop, pointercancel: stop, contextmenu: menu };
  for (const [name, listener] of Object.entries(listeners)) view.addEventListener(name, listener as EventListener);
  onCleanup(() => {
    stop();
    for (const [name, listener] of Object.entries(listeners)) view.removeEventListener(name, listener as EventListener);
  });
}
