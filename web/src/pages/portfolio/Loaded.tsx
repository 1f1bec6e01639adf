import { Show, type JSX, type Resource } from "solid-js";
import { latestOf } from "../../api/latest.ts";
import { errorText } from "../../api/error.ts";
import { TEXT } from "../../text/en.ts";

/** What a resource has; while it is read again, what it had before. */
export function Loaded<T>(props: {
  readonly of: Resource<T>;
  readonly children: (value: T) => JSX.Element;
}): JSX.Element {
  return (
    <Show
      when={props.of.state !== "errored"}
      fallback={
        <p class="notice" data-tone="danger">
          {errorText(props.of.error)}
        </p>
      }
    >
      <Show when={latestOf(props.of)} fallback={<p class="muted">{TEXT.common.loading}</p>} keyed>
        {(value) => props.children(value)}
      </Show>
    </Show>
  );
}
