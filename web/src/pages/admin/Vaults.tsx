import { createSignal, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { Card, Failure } from "../console/parts.tsx";
import { createRun, RunButtons } from "../console/run.tsx";

const T = ADMIN.vaults;

interface Touched {
  readonly touched: number;
  readonly next: string | null;
}

/** Wraps the keys of personal data with the current key-encryption key, page by page. */
export function Vaults(): JSX.Element {
  const [count, setCount] = createSignal(0);
  const [done, setDone] = createSignal(false);
  const run = createRun(async (place) => {
    if (place === null) setCount(0);
    setDone(false);
    const after = encodeURIComponent(place ?? "");
    const path = `/v1/admin/vaults/touch?limit=100&after=${after}`;
    const { touched, next } = await call<Touched>("POST", path, { body: {} });
    setCount((before) => before + touched);
    setDone(next === null);
    return next;
  });
  return (
    <Card title={ADMIN.sections.vaults} hideTitle>
      <p class="quiet">{T.says}</p>
      <div class="row" role="status">
        <Show when={run.running()}>{T.running(count())}</Show>
        <Show when={done()}>
          <span class="good">{T.done(count())}</span>
        </Show>
      </div>
      <Failure error={run.error()} />
      <RunButtons of={run} text={T.start} icon="key" />
    </Card>
  );
}
