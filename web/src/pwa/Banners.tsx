import { onMount, Show, type JSX } from "solid-js";
import { isOutOfReach } from "../api/session.ts";
import { Button } from "../design/components/Button.tsx";
import { Icon } from "../design/components/Icon.tsx";
import { PWA_TEXT } from "../text/en/pwa.ts";
import { isNewRelease, online, registerShell, takeNewRelease } from "./connection.ts";

/** Over the page: that there is no connection, and that a new release waits. */
export function Banners(): JSX.Element {
  onMount(() => {
    // After the page is usable: the files that it keeps would compete with it.
    if (document.readyState === "complete") void registerShell();
    else addEventListener("load", () => void registerShell(), { once: true });
  });
  return (
    <>
      <Show when={!online() || isOutOfReach()}>
        <div class="banner" data-tone="warn" role="status">
          <Icon name="warning" />
          <span>{PWA_TEXT.offline}</span>
        </div>
      </Show>
      <Show when={isNewRelease()}>
        <div class="banner" data-tone="accent" role="status">
          <span>{PWA_TEXT.newRelease}</span>
          <Button onClick={takeNewRelease}>{PWA_TEXT.reload}</Button>
        </div>
      </Show>
    </>
  );
}
