import { createSignal, onCleanup, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { errorText } from "../../api/error.ts";
import { Button } from "../../design/components/Button.tsx";
import { ADMIN } from "../../text/en/admin.ts";

const T = ADMIN.vaults;

interface Touched {
  readonly touched: number;
  readonly next: string | null;
}

/** Wraps the keys of personal data with the current key-encryption key, page by page. */
export function Vaults(): JSX.Element {
  const [running, setRunning] = createSignal(false);
  const [count, setCount] = createSignal(0);
  const [done, setDone] = createSignal(false);
  const [wrong, setWrong] = createSignal<string | null>(null);
  onCleanup(() => setRunning(false));
  const run = async (): Promise<void> => {
    setRunning(true);
    setDone(false);
    setWrong(null);
    setCount(0);
    let after = "";
    try {
      while (running()) {
        const { touched, next } = await call<Touched>("POST", `/v1/admin/vaults/touch?limit=100&after=${after}`, {
          body: {},
        });
        setCount((before) => before + touched);
        if (next === null) {
          setDone(true);
          break;
        }
        after = encodeURIComponent(next);
      }
    } catch (error) {
      setWrong(errorText(error));
    } finally {
      setRunning(false);
    }
  };
  return (
    <section class="card stack" aria-labelledby="vaults-run">
      <h2 id="vaults-run" class="hidden-text">
        {ADMIN.sections.vaults}
      </h2>
      <p class="quiet">{T.says}</p>
      <div class="row" role="status">
        <Show when={running()}>{T.running(count())}</Show>
        <Show when={done()}>
          <span class="good">{T.done(count())}</span>
        </Show>
      </div>
      <Show when={wrong()}>
        <p class="field-error" role="alert">
          {wrong()}
        </p>
      </Show>
      <div class="row">
        <Button icon="key" busy={running()} onClick={() => void run()}>
          {T.start}
        </Button>
        <Show when={running()}>
          <Button kind="plain" onClick={() => setRunning(false)}>
            {T.stop}
          </Button>
        </Show>
      </div>
    </section>
  );
}
