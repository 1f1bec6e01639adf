/** Work that goes on page by page, as far as the user lets it. */
import { createSignal, onCleanup, Show, type Accessor, type JSX } from "solid-js";
import { Button, type ButtonProps } from "../../design/components/Button.tsx";
import { CONSOLE } from "../../text/en/console.ts";

export interface Run {
  readonly running: Accessor<boolean>;
  /** Why it has ended before the last page. */
  readonly error: Accessor<unknown>;
  readonly start: () => void;
  /** Ends it after the page that is worked on. */
  readonly stop: () => void;
}

/** Begins with the place null; each page gives the place of the next one, null after the last. */
export function createRun(work: (place: string | null) => Promise<string | null>): Run {
  const [running, setRunning] = createSignal(false);
  const [failed, setFailed] = createSignal<{ readonly error: unknown } | null>(null);
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
  };
  const run = async (): Promise<void> => {
    isStopped = false;
    setRunning(true);
    setFailed(null);
    try {
      let place: string | null = null;
      do place = await work(place);
      while (place !== null && !isStopped);
    } catch (error) {
      setFailed({ error });
    } finally {
      setRunning(false);
    }
  };
  onCleanup(stop);
  return { running, error: () => failed()?.error, start: () => void run(), stop };
}

/** The buttons that start it and stop it. */
export function RunButtons(props: {
  readonly of: Run;
  readonly text: string;
  readonly icon: ButtonProps["icon"];
  readonly kind?: ButtonProps["kind"];
}): JSX.Element {
  return (
    <div class="row">
      <Button kind={props.kind} icon={props.icon} busy={props.of.running()} onClick={props.of.start}>
        {props.text}
      </Button>
      <Show when={props.of.running()}>
        <Button kind="plain" onClick={props.of.stop}>
          {CONSOLE.stop}
        </Button>
      </Show>
    </div>
  );
}
