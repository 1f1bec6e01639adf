/** Short messages at the edge of the screen, and announcements to screen readers. */
import { createSignal, For, type JSX } from "solid-js";
import { TEXT } from "../../text/en.ts";
import { IconButton } from "./Button.tsx";

export type Tone = "accent" | "good" | "warn" | "danger";

interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

const SHOWN_MS = 6_000;
/** An error stays until it is read. */
const DANGER_SHOWN_MS = 20_000;
const SHOWN_MAX = 4;

const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
const [polite, setPolite] = createSignal("");
const [urgent, setUrgent] = createSignal("");
let lastId = 0;

/** Shows a message for some seconds; screen readers read it once, unless it is `silent`. */
export function notify(tone: Tone, text: string, silent = false): void {
  const id = ++lastId;
  setToasts([...toasts(), { id, tone, text }].slice(-SHOWN_MAX));
  if (!silent) announce(text, tone === "danger");
  setTimeout(() => dismiss(id), tone === "danger" ? DANGER_SHOWN_MS : SHOWN_MS);
}

/** Has screen readers say a text without showing it. */
export function announce(text: string, isUrgent = false): void {
  const set = isUrgent ? setUrgent : setPolite;
  // The same text again is said again only when the region was empty between.
  set("");
  queueMicrotask(() => set(text));
}

function dismiss(id: number): void {
  setToasts(toasts().filter((toast) => toast.id !== id));
}

/** Where messages appear; once in the document. */
export function Notices(): JSX.Element {
  return (
    <>
      <div class="toasts" role="region" aria-label={TEXT.common.messages}>
        <For each={toasts()}>
          {(toast) => (
            <div class="notice" data-tone={toast.tone}>
              <span class="grow">{toast.text}</span>
              <IconButton icon="close" label={TEXT.common.dismiss} onClick={() => dismiss(toast.id)} />
            </div>
          )}
        </For>
      </div>
      <div class="hidden-text" role="status">
        {polite()}
      </div>
      <div class="hidden-text" role="alert">
        {urgent()}
      </div>
    </>
  );
}
