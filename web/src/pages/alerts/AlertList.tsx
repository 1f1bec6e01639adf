import { A } from "@solidjs/router";
import { createSignal, For, onCleanup, Show, type JSX } from "solid-js";
import type { Alert } from "../../alerts/alert.ts";
import { alerts, clearFirings, firings, removeAlert, restoreAlert, switchAlert } from "../../alerts/alerts.ts";
import { alertState, type AlertState, alertText } from "../../alerts/words.ts";
import { Button, IconButton } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { Badge, Empty } from "../../design/components/small.tsx";
import { fullTime } from "../../format/times.ts";
import { ALERTS as T } from "../../text/en/alerts.ts";
import { showSymbol } from "../../workspace/symbols.ts";
import { AlertForm } from "./AlertForm.tsx";

const TONES: Readonly<Record<AlertState, "good" | "warn" | "accent" | undefined>> = {
  armed: "good",
  waiting: "warn",
  starting: "accent",
  fired: "accent",
  off: undefined,
  expired: undefined,
};

const CLOCK_MS = 5_000;

/** The alerts, with what can be done with each. */
export function AlertList(props: { readonly empty: string }): JSX.Element {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), CLOCK_MS);
  onCleanup(() => clearInterval(timer));
  const [removed, setRemoved] = createSignal<Alert | null>(null);
  const [edited, setEdited] = createSignal<Alert | null>(null);
  return (
    <>
      <Show when={removed()} keyed>
        {(alert) => (
          <div class="notice" role="status">
            <span class="grow">{T.removed}</span>
            <Button
              kind="plain"
              onClick={() => {
                restoreAlert(alert);
                setRemoved(null);
              }}
            >
              {T.undo}
            </Button>
          </div>
        )}
      </Show>
      <Show when={alerts().length > 0} fallback={<Empty>{props.empty}</Empty>}>
        <ul class="alert-list">
          <For each={alerts()}>
            {(alert) => (
              <li class="alert-item">
                <div>
                  <p class="what">{alertText(alert)}</p>
                  <p class="facts">
                    <Badge tone={TONES[alertState(alert, now())]}>{T.states[alertState(alert, now())]}</Badge>
                    <span>{alert.once ? T.once : T.always}</span>
                    <Show when={alert.expiresAt !== null}>
                      <span>
                        {T.expiry} {fullTime(alert.expiresAt)}
                      </span>
                    </Show>
                    <Show when={alert.note !== ""}>
                      <span>{alert.note}</span>
                    </Show>
                  </p>
                </div>
                <div class="row">
                  <IconButton
                    icon={alert.on ? "freeze" : "bolt"}
                    label={`${alert.on ? T.switchOff : T.switchOn}: ${alertText(alert)}`}
                    onClick={() => switchAlert(alert.id, !alert.on)}
                  />
                  <IconButton icon="edit" label={`${T.edit}: ${alertText(alert)}`} onClick={() => setEdited(alert)} />
                  <IconButton
                    icon="trash"
                    label={T.remove(alertText(alert))}
                    onClick={() => {
                      removeAlert(alert.id);
                      setRemoved(alert);
                    }}
                  />
                </div>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Dialog title={T.editing} open={edited() !== null} onClose={() => setEdited(null)}>
        <Show when={edited()} keyed>
          {(alert) => <AlertForm alert={alert} onDone={() => setEdited(null)} />}
        </Show>
      </Dialog>
    </>
  );
}

/** What has fired, newest first. */
export function FiringList(): JSX.Element {
  return (
    <Show when={firings().length > 0} fallback={<p class="muted small">{T.noHistory}</p>}>
      <ol class="alert-list">
        <For each={firings()}>
          {(firing) => (
            <li class="alert-item">
              <div>
                <p class="what">{firing.text}</p>
                <p class="facts">
                  <time datetime={new Date(firing.at).toISOString()}>{fullTime(firing.at)}</time>
                  <Show when={firing.note !== ""}>
                    <span>{firing.note}</span>
                  </Show>
                </p>
              </div>
              <Show when={firing.symbol !== ""}>
                <A class="button" data-kind="plain" href="/trade" onClick={() => showSymbol(firing.symbol)}>
                  {firing.symbol}
                </A>
              </Show>
            </li>
          )}
        </For>
      </ol>
      <div class="row">
        <Button kind="plain" icon="trash" onClick={clearFirings}>
          {T.clearHistory}
        </Button>
      </div>
    </Show>
  );
}
