/** Whether orders are shown once more before they are sent; otherwise one press sends them. Kept in the browser. */
import { createSignal } from "solid-js";

const KEY = "one-click";

const [oneClick, set] = createSignal(localStorage.getItem(KEY) === "on");

/** True when orders are sent without being shown once more. */
export { oneClick };

export function setOneClick(on: boolean): void {
  localStorage.setItem(KEY, on ? "on" : "off");
  set(on);
}
