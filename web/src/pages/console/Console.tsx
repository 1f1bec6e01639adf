import { A, useLocation } from "@solidjs/router";
import { createMemo, ErrorBoundary, For, Show, type Component, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { Icon } from "../../design/components/Icon.tsx";
import type { IconName } from "../../design/components/icons.ts";
import { CONSOLE as T } from "../../text/en/console.ts";
import { Failure } from "./parts.tsx";
import "./console.css";

export interface Section {
  /** The part of the address below the console's; empty for the first section. */
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  readonly page: Component;
}

/** A console: sections beside the one that is shown. Without the role it shows why there is nothing. */
export function Console(props: {
  readonly base: string;
  readonly title: string;
  readonly sections: readonly Section[];
  /** Why the user may not see it; null: the user may. */
  readonly refusal: string | null;
}): JSX.Element {
  const location = useLocation();
  const rest = (): string => location.pathname.slice(props.base.length).replace(/^\//, "").split("/")[0] ?? "";
  const section = createMemo(() => props.sections.find(({ path }) => path === rest()) ?? props.sections[0]);
  return (
    <Show
      when={props.refusal === null}
      fallback={
        <div class="page stack">
          <h1>{props.title}</h1>
          <p class="notice" data-tone="danger">
            {props.refusal}
          </p>
        </div>
      }
    >
      <div class="console">
        <nav class="console-nav" aria-label={`${props.title}: ${T.sections}`}>
          <ul>
            <For each={props.sections}>
              {(one) => (
                <li>
                  <A
                    href={one.path === "" ? props.base : `${props.base}/${one.path}`}
                    end
                    aria-current={one === section() ? "page" : undefined}
                  >
                    <Icon name={one.icon} />
                    {one.title}
                  </A>
                </li>
              )}
            </For>
          </ul>
        </nav>
        <div class="console-body">
          <h1>
            <span class="hidden-text">{props.title}: </span>
            {section()?.title}
          </h1>
          <ErrorBoundary fallback={(error: unknown) => <Failure error={error} />}>
            <Dynamic component={section()?.page} />
          </ErrorBoundary>
        </div>
      </div>
    </Show>
  );
}
