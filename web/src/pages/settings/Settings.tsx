import { A, useParams } from "@solidjs/router";
import { For, lazy, Show, Suspense, type Component, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { me } from "../../api/session.ts";
import { Icon } from "../../design/components/Icon.tsx";
import type { IconName } from "../../design/components/icons.ts";
import { Empty } from "../../design/components/small.tsx";
import { day } from "../../format/times.ts";
import { SETTINGS } from "../../text/en/settings.ts";
import { TEXT } from "../../text/en.ts";
import "../../forms/forms.css";
import "./settings.css";

interface Part {
  readonly id: keyof typeof SETTINGS.sections;
  readonly icon: IconName;
  readonly component: Component;
}

const part = (id: Part["id"], icon: IconName, load: () => Promise<{ default: Component }>): Part => ({
  id,
  icon,
  component: lazy(load),
});

const PARTS: readonly Part[] = [
  part("profile", "account", () => import("./Profile.tsx")),
  part("security", "shield", () => import("./Security.tsx")),
  part("sessions", "phone", () => import("./Sessions.tsx")),
  part("keys", "key", () => import("./Keys.tsx")),
  part("apps", "grid", () => import("./Apps.tsx")),
  part("sharing", "eye", () => import("./Sharing.tsx")),
  part("trading", "edit", () => import("./Trading.tsx")),
  part("look", "palette", () => import("./LookPage.tsx")),
  part("privacy", "lock", () => import("./Privacy.tsx")),
];

/** The settings: a page for each part, and their list beside it. */
export default function Settings(): JSX.Element {
  const params = useParams<{ rest: string }>();
  const shown = (): Part | undefined => PARTS.find(({ id }) => id === (params.rest || "profile"));
  return (
    <div class="settings">
      <nav class="settings-nav" aria-label={SETTINGS.nav}>
        <h1>{SETTINGS.title}</h1>
        <ul>
          <For each={PARTS}>
            {({ id, icon }) => (
              <li>
                <A href={`/settings/${id}`} aria-current={shown()?.id === id ? "page" : undefined}>
                  <Icon name={icon} />
                  {SETTINGS.sections[id]}
                </A>
              </li>
            )}
          </For>
        </ul>
      </nav>
      <div class="settings-page">
        <DemoNote />
        <Suspense fallback={<Empty>{TEXT.common.loading}</Empty>}>
          <Show when={shown()} fallback={<Empty>{TEXT.shell.notFound}</Empty>}>
            {(now) => <Dynamic component={now().component} />}
          </Show>
        </Suspense>
      </div>
    </div>
  );
}

/** What a guest cannot have, before they try. */
function DemoNote(): JSX.Element {
  return (
    <Show when={me()?.user.demo_until}>
      {(until) => (
        <p class="notice" data-tone="accent">
          <span class="grow">{SETTINGS.demo(day(until()))}</span>
          <A href="/sign-up">{SETTINGS.createLogin}</A>
        </p>
      )}
    </Show>
  );
}
