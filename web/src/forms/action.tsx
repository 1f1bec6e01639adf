/** What a form does when it is sent: busy while it runs, and its refusal in plain words, with a wait that counts down. */
import { createSignal, onCleanup, Show, type Accessor, type JSX } from "solid-js";
import { ApiError, errorText } from "../api/error.ts";
import { ENTRY } from "../text/en/entry.ts";

/** The user closed a dialog that the action needed: nothing is said. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
  constructor() {
    super(ENTRY.cancelled);
  }
}

export interface Action<A extends unknown[]> {
  readonly busy: Accessor<boolean>;
  /** Why it was refused; null: it was not. */
  readonly refusal: Accessor<string | null>;
  /** Seconds until it may be tried again; 0: now. */
  readonly wait: Accessor<number>;
  /** What the exchange says of a field. */
  readonly field: (name: string) => string | null;
  /** Runs it, unless it is running. Never rejects. True when it was not refused. */
  readonly run: (...args: A) => Promise<boolean>;
  readonly clear: () => void;
}

/** What a user is told of an error, in the words of this table where it has some. */
export function plainText(error: unknown): string {
  if (!(error instanceof ApiError)) return errorText(error);
  return ENTRY.reasons[error.reason] ?? sentence(error.message);
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

export function createAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>): Action<A> {
  const [busy, setBusy] = createSignal(false);
  const [refusal, setRefusal] = createSignal<string | null>(null);
  const [fields, setFields] = createSignal<ReadonlyMap<string, string>>(new Map());
  const [wait, setWait] = createSignal(0);
  let timer: ReturnType<typeof setInterval> | undefined;
  const clear = (): void => {
    setRefusal(null);
    setFields(new Map());
  };
  const countDown = (seconds: number): void => {
    clearInterval(timer);
    const end = Date.now() + seconds * 1_000;
    setWait(seconds);
    timer = setInterval(() => {
      setWait(Math.max(0, Math.ceil((end - Date.now()) / 1_000)));
      if (wait() === 0) clearInterval(timer);
    }, 250);
  };
  const refused = (error: unknown): void => {
    if (error instanceof Cancelled) return;
    if (error instanceof ApiError && error.status === 429) return countDown(error.retryAfter ?? 1);
    if (error instanceof ApiError) setFields(error.fields);
    setRefusal(plainText(error));
  };
  onCleanup(() => clearInterval(timer));
  const run = async (...args: A): Promise<boolean> => {
    if (busy() || wait() > 0) return false;
    setBusy(true);
    clear();
    try {
      await act(...args);
      return true;
    } catch (error) {
      refused(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, refusal, wait, run, clear, field: (name) => fields().get(name) ?? null };
}

/** What is shown of an action that was refused. */
export type Refused = Pick<Action<never[]>, "refusal" | "wait">;

/** The one of two actions that was refused; of both, the first. */
export const refusedOf = (first: Refused, second: Refused): Refused =>
  first.refusal() === null && first.wait() === 0 ? second : first;

/** The refusal of an action, or how long it has to wait. Screen readers read it when it appears. */
export function Refusal(props: { readonly of: Refused }): JSX.Element {
  return (
    <div role="alert" class="refusal">
      <Show when={props.of.wait() > 0}>
        <p class="notice" data-tone="warn">
          {ENTRY.wait(props.of.wait())}
        </p>
      </Show>
      <Show when={props.of.wait() === 0 && props.of.refusal()}>
        <p class="notice" data-tone="danger">
          {props.of.refusal()}
        </p>
      </Show>
    </div>
  );
}

/** For `onSubmit`: the form is sent by the script alone. */
export function submits(act: () => unknown): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    act();
  };
}
