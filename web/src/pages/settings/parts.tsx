/** What the pages of the settings are made of. */
import { createResource, createSignal, For, Match, Show, Switch, type JSX, type Resource } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { notify } from "../../design/components/notices.tsx";
import { Empty } from "../../design/components/small.tsx";
import { type Action, createAction, plainText, Refusal, submits } from "../../forms/action.tsx";
import { withStepUp } from "../../api/stepUp.tsx";
import { SETTINGS } from "../../text/en/settings.ts";
import { TEXT } from "../../text/en.ts";

/** What can be done. It is made once: a property that is JSX makes other elements each time it is read. */
function Actions(props: { readonly of: JSX.Element }): JSX.Element {
  return <Show when={props.of}>{(made) => <div class="row wrap">{made()}</div>}</Show>;
}

/** A part of a page with its heading, what it is about, and what can be done with it. */
export function Section(props: {
  readonly title: string;
  readonly lead?: string | undefined;
  readonly actions?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <section class="card settings-section" aria-label={props.title}>
      <header>
        <div>
          <h2>{props.title}</h2>
          <Show when={props.lead}>
            <p class="quiet">{props.lead}</p>
          </Show>
        </div>
        <Actions of={props.actions} />
      </header>
      {props.children}
    </section>
  );
}

/** One thing of a list, with what can be done with it. */
export function Item(props: {
  readonly title: JSX.Element;
  readonly meta?: JSX.Element;
  readonly actions?: JSX.Element;
}): JSX.Element {
  return (
    <li class="settings-item">
      <div class="grow">
        <div class="row wrap settings-item-title">{props.title}</div>
        <div class="muted small">{props.meta}</div>
      </div>
      <Actions of={props.actions} />
    </li>
  );
}

/** What was read, or that it is being read, or why it could not be. */
export function Loaded<T>(props: {
  readonly of: Resource<T>;
  readonly retry: () => unknown;
  readonly children: (value: T) => JSX.Element;
}): JSX.Element {
  return (
    <Switch fallback={<Empty>{TEXT.common.loading}</Empty>}>
      <Match when={props.of.error as unknown}>
        {(error) => (
          <div class="notice" data-tone="danger" role="alert">
            <span class="grow">{plainText(error())}</span>
            <Button onClick={() => props.retry()}>{TEXT.common.retry}</Button>
          </div>
        )}
      </Match>
      <Match when={props.of.latest !== undefined}>{props.children(props.of.latest as T)}</Match>
    </Switch>
  );
}

/** A list, or that there is nothing in it. */
export function List<T>(props: {
  readonly of: readonly T[] | undefined;
  readonly none: string;
  readonly children: (one: T) => JSX.Element;
}): JSX.Element {
  return (
    <ul class="settings-list">
      <For each={props.of} fallback={<li class="muted">{props.none}</li>}>
        {props.children}
      </For>
    </ul>
  );
}

/** A list that was read, with what `Loaded` says until then. */
export function LoadedList<T>(props: {
  readonly of: Resource<readonly T[]>;
  readonly retry: () => unknown;
  readonly none: string;
  readonly children: (one: T) => JSX.Element;
}): JSX.Element {
  return (
    <Loaded of={props.of} retry={props.retry}>
      {() => (
        <List of={props.of.latest} none={props.none}>
          {props.children}
        </List>
      )}
    </Loaded>
  );
}

/** Reads something of the login; `refetch` reads it again, while what was read stays on the screen. */
export function createRead<T>(read: () => Promise<T>) {
  const [value, { refetch }] = createResource(read);
  return [value, () => void refetch()] as const;
}

/** A change that may need a step-up: then it tells that it is done. */
export function createChange<A extends unknown[]>(
  change: (...args: A) => Promise<unknown>,
  said: string | null = SETTINGS.saved,
): Action<A> {
  return createAction(async (...args: A) => {
    await withStepUp(() => change(...args));
    if (said !== null) notify("good", said);
  });
}

/** A form in a dialog: what it asks for, its refusal, and the buttons that leave and send it. */
export function DialogForm(props: {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly of: Action<[]>;
  readonly text: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <Dialog title={props.title} open={props.open} onClose={props.onClose}>
      <form class="form" onSubmit={submits(() => void props.of.run())}>
        {props.children}
        <Refusal of={props.of} />
        <div class="row wrap form-end">
          <Button onClick={() => props.onClose()}>{TEXT.common.cancel}</Button>
          <Button
            kind={props.danger === true ? "danger" : "primary"}
            type="submit"
            busy={props.of.busy()}
            disabled={props.disabled}
          >
            {props.text}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What was made, in a dialog that shows it once. */
export function ShownOnce<T>(props: {
  readonly title: string;
  readonly made: T | null;
  readonly onClose: () => void;
  readonly children: (made: T) => JSX.Element;
}): JSX.Element {
  return (
    <Dialog title={props.title} open={props.made !== null} onClose={props.onClose}>
      <Show when={props.made} keyed>
        {(made) => (
          <div class="form">
            {props.children(made)}
            <div class="row form-end">
              <Button kind="primary" onClick={() => props.onClose()}>
                {SETTINGS.keyDone}
              </Button>
            </div>
          </div>
        )}
      </Show>
    </Dialog>
  );
}

/** A button whose action is confirmed in place, when it cannot be undone. */
export function RemoveButton(props: {
  readonly label: string;
  readonly text: string;
  readonly question: string;
  readonly onConfirm: () => Promise<unknown>;
  readonly done: string;
}): JSX.Element {
  const [asks, setAsks] = createSignal(false);
  const action = createChange(async () => {
    await props.onConfirm();
  }, null);
  const confirm = async (): Promise<void> => {
    if (!(await action.run())) return;
    setAsks(false);
    notify("good", props.done);
  };
  return (
    <>
      <Button kind="danger" aria-label={props.label} onClick={() => setAsks(true)}>
        {props.text}
      </Button>
      <Dialog title={props.label} open={asks()} onClose={() => setAsks(false)}>
        <div class="form">
          <p>{props.question}</p>
          <Refusal of={action} />
          <div class="row wrap form-end">
            <Button onClick={() => setAsks(false)}>{TEXT.common.cancel}</Button>
            <Button kind="danger" busy={action.busy()} onClick={() => void confirm()}>
              {props.text}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

/** A text that is shown once, with a button that copies it. */
export function Secret(props: { readonly label: string; readonly value: string }): JSX.Element {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(props.value);
    notify("good", SETTINGS.copied);
  };
  return (
    <div class="secret">
      <span class="field-label">{props.label}</span>
      <div class="row">
        <code class="grow" tabindex={0}>
          {props.value}
        </code>
        <Button icon="copy" aria-label={`${SETTINGS.copy}: ${props.label}`} onClick={() => void copy()}>
          {SETTINGS.copy}
        </Button>
      </div>
    </div>
  );
}
