import { useNavigate } from "@solidjs/router";
import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from "solid-js";
import { me } from "../../api/session.ts";
import { actions, keyOf, keyText, provideActions, type Action } from "../../commands/actions.ts";
import { chooseKey, chosenKeys, clashOf, keyFor, resetKeys } from "../../commands/keys.ts";
import { Button, IconButton } from "../../design/components/Button.tsx";
import { announce } from "../../design/components/notices.tsx";
import { Badge } from "../../design/components/small.tsx";
import { isPhone } from "../../design/screen.ts";
import { SHORTCUTS as T } from "../../text/en/commands.ts";
import { layoutActions } from "../../workspace/actions.ts";
import { openLayouts } from "../../workspace/layouts.ts";
import "./shortcuts.css";

/** Has the actions of the workspace here too, where they lead to it. */
function provideWorkspaceActions(): void {
  const navigate = useNavigate();
  createEffect(
    on([() => me()?.user.id, isPhone], ([user, phone]) => {
      // A phone shows no layouts.
      if (user === undefined || phone) return;
      openLayouts(user);
      const lead = (action: Action): Action => ({
        ...action,
        run: () => {
          navigate("/trade");
          action.run();
        },
      });
      provideActions(layoutActions().map(lead));
    }),
  );
}

/** Every action with its key, which can be changed. */
export default function Shortcuts(): JSX.Element {
  provideWorkspaceActions();
  const [editing, setEditing] = createSignal<string | null>(null);
  const [problem, setProblem] = createSignal<{ readonly id: string; readonly text: string } | null>(null);
  const groups = createMemo(() => [...Map.groupBy(actions(), ({ group }) => group)]);

  const take = (action: Action, event: KeyboardEvent): void => {
    if (["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      setEditing(null);
      return;
    }
    const key = keyOf(event);
    const clash = clashOf(action, key, actions());
    if (clash === null) {
      chooseKey(action.id, key);
      setEditing(null);
      setProblem(null);
      announce(T.changed(action.title, keyText(key)));
      return;
    }
    const text = clash.kind === "reserved" ? T.reserved(keyText(key)) : T.taken(keyText(key), clash.by.title);
    setProblem({ id: action.id, text });
    announce(text, true);
  };
  const clear = (action: Action): void => {
    chooseKey(action.id, null);
    setProblem(null);
    announce(T.cleared(action.title));
  };
  const reset = (): void => {
    resetKeys();
    setProblem(null);
    announce(T.wasReset);
  };
  return (
    <div class="page stack shortcuts">
      <div class="spread wrap">
        <h1>{T.title}</h1>
        <Button icon="refresh" disabled={Object.keys(chosenKeys()).length === 0} onClick={reset}>
          {T.reset}
        </Button>
      </div>
      <p class="quiet">{T.lead}</p>
      <div class="shortcut-groups">
        <For each={groups()}>
          {([group, these]) => (
            <section class="card" aria-label={group}>
              <h2>{group}</h2>
              <ul class="shortcut-list">
                <For each={these}>
                  {(action) => (
                    <li>
                      <div class="shortcut-row">
                        <span class="grow">
                          {action.title}
                          <Show when={Object.hasOwn(chosenKeys(), action.id)}>
                            {" "}
                            <Badge tone="accent">{T.own}</Badge>
                          </Show>
                        </span>
                        <Show when={action.alsoKey}>{(key) => <kbd>{keyText(key())}</kbd>}</Show>
                        <KeyButton
                          action={action}
                          isEditing={editing() === action.id}
                          onEdit={() => {
                            setEditing(editing() === action.id ? null : action.id);
                            setProblem(null);
                          }}
                          onKey={(event) => take(action, event)}
                          onBlur={() => setEditing((now) => (now === action.id ? null : now))}
                        />
                        <IconButton
                          icon="close"
                          label={T.clear(action.title)}
                          disabled={keyFor(action) === null}
                          onClick={() => clear(action)}
                        />
                      </div>
                      <Show when={editing() === action.id}>
                        <p class="field-hint">{T.press}</p>
                      </Show>
                      <Show when={problem()?.id === action.id}>
                        <p class="field-error">{problem()?.text}</p>
                      </Show>
                    </li>
                  )}
                </For>
              </ul>
            </section>
          )}
        </For>
        <Fixed title={T.everywhere} rows={T.fixed} />
        <Fixed title={T.commands} rows={T.examples} />
      </div>
    </div>
  );
}

function KeyButton(props: {
  readonly action: Action;
  readonly isEditing: boolean;
  readonly onEdit: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onBlur: () => void;
}): JSX.Element {
  const parts = (): readonly string[] => keyFor(props.action)?.split(" ") ?? [];
  const shown = (): string => (parts().length === 0 ? T.noKey : parts().map(keyText).join(` ${T.followedBy} `));
  return (
    <button
      type="button"
      class="button key-button"
      aria-label={T.change(props.action.title, shown())}
      aria-pressed={props.isEditing}
      onClick={() => props.onEdit()}
      onKeyDown={(event) => {
        if (props.isEditing) props.onKey(event);
      }}
      onBlur={() => props.onBlur()}
    >
      <Show when={parts().length > 0} fallback={<span class="muted">{T.noKey}</span>}>
        <For each={parts()}>
          {(part, nth) => (
            <>
              <Show when={nth() > 0}>
                {" "}
                <span class="muted">{T.followedBy}</span>{" "}
              </Show>
              <kbd>{keyText(part)}</kbd>
            </>
          )}
        </For>
      </Show>
    </button>
  );
}

/** Keys and words that cannot be changed. */
function Fixed(props: {
  readonly title: string;
  readonly rows: readonly (readonly [key: string, does: string])[];
}): JSX.Element {
  return (
    <section class="card" aria-label={props.title}>
      <h2>{props.title}</h2>
      <ul class="shortcut-list">
        <For each={props.rows}>
          {([key, does]) => (
            <li class="shortcut-row">
              <code class="grow">{key}</code>
              <span class="quiet">{does}</span>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
