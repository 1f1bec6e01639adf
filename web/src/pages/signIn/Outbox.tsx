import { createResource, Show, type JSX } from "solid-js";
import { ENTRY } from "../../text/en/entry.ts";
import { readDemoOffer } from "../home/demo.ts";

/** On an exchange for tests mail is shown and not sent: where to find it. */
export function Outbox(): JSX.Element {
  const [offer] = createResource(readDemoOffer);
  return (
    <Show when={offer()?.mail_shown === true}>
      <p class="notice">
        <span class="grow">{ENTRY.outbox}</span>
        <a href="/dev/outbox" target="_blank" rel="external noopener">
          {ENTRY.openOutbox}
        </a>
      </p>
    </Show>
  );
}
