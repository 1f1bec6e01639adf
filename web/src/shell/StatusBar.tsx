import { Show, type JSX } from "solid-js";
import { session } from "../api/session.ts";
import { health } from "../feed/store.ts";

/** The truth line: what the terminal knows of its connection and its data. */
export function StatusBar(): JSX.Element {
  return (
    <Show when={session().kind === "signed in"}>
      <footer class="status-bar">
        <span>{health()?.market ?? "off"}</span>
      </footer>
    </Show>
  );
}
