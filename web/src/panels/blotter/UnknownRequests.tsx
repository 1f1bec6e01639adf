import { For, Show, type JSX } from "solid-js";
import { unknownRequests } from "../../account/state.ts";
import { BLOTTER } from "../../text/en/blotter.ts";

/** Requests that were sent and have no known outcome, above the list of what they may have changed. */
export function UnknownRequests(): JSX.Element {
  return (
    <Show when={unknownRequests().length > 0}>
      <div class="unknown-requests" role="status">
        <For each={unknownRequests()}>{({ text }) => <span>{BLOTTER.unknown(text)}</span>}</For>
      </div>
    </Show>
  );
}
