/** The exchange's time once a second, while somebody shows it. */
import { createSignal, onCleanup, type Accessor } from "solid-js";
import { health } from "../../feed/store.ts";

const [now, setNow] = createSignal(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | null = null;

const tick = (): void => void setNow(Date.now() - (health()?.clockOffsetMs ?? 0));

/** The exchange's clock in epoch milliseconds; runs until the caller's owner is disposed. */
export function exchangeClock(): Accessor<number> {
  users++;
  if (timer === null) {
    tick();
    timer = setInterval(tick, 1_000);
  }
  onCleanup(() => {
    if (--users > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  });
  return now;
}
