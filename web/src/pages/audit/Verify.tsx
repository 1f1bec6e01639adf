import { createSignal, For, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { Badge } from "../../design/components/small.tsx";
import { quantity } from "../../format/numbers.ts";
import { AUDIT } from "../../text/en/audit.ts";
import { Card, Failure, Rows } from "../console/parts.tsx";
import { createRun, RunButtons } from "../console/run.tsx";
import { addPage, NOTHING_VERIFIED, type Verified, verifiedEvents } from "./verified.ts";
import type { Journals, Verification } from "./trail.ts";

const T = AUDIT.verify;
const PAGE = 2_000;

/** Verifies the chains in PostgreSQL page by page, as far as the user lets it. */
export function Verify(): JSX.Element {
  const [total, setTotal] = createSignal(0);
  const [verified, setVerified] = createSignal<Verified>(NOTHING_VERIFIED);
  const events = (): number => verifiedEvents(verified());
  const run = createRun(async (place) => {
    if (place === null) {
      setVerified(NOTHING_VERIFIED);
      const { journals } = await call<Journals>("GET", "/v1/audit/journals");
      setTotal(journals.reduce((sum, { drained }) => sum + (drained?.seq ?? 0), 0));
    }
    const from = place === null ? "" : `&next=${encodeURIComponent(place)}`;
    const page = await call<Verification>("GET", `/v1/audit/verify?limit=${PAGE}${from}`);
    setVerified((before) => addPage(before, page));
    return page.next;
  });
  return (
    <Card title={AUDIT.sections.verify} hideTitle>
      <p class="quiet">{T.say}</p>
      <RunButtons of={run} text={T.start} icon="shield" kind="primary" />
      <Show when={run.running() || events() > 0}>
        <progress class="bar" max={Math.max(total(), events(), 1)} value={events()} aria-label={T.start} />
        <p class="muted small">{T.progress(quantity(events()), quantity(Math.max(total(), events())))}</p>
      </Show>
      <div role="status">
        <Show when={verified().result === "holds"}>
          <p class="notice" data-tone="good">
            {T.ok(quantity(events()))}
          </p>
        </Show>
        <Show when={verified().result === "open" && !run.running() && events() > 0}>
          <p class="notice" data-tone="warn">
            {T.stopped(quantity(events()))}
          </p>
        </Show>
        <Show when={verified().differences.length > 0}>
          <div class="notice" data-tone="danger">
            <div>
              <strong>{T.bad}</strong>
              <ul>
                <For each={verified().differences}>
                  {(one) => <li>{T.difference(one.shard, one.seq, one.kind, one.detail)}</li>}
                </For>
              </ul>
            </div>
          </div>
        </Show>
      </div>
      <Failure error={run.error()} />
      <Show when={verified().shards.length > 0}>
        <Rows
          label={T.result}
          rows={verified().shards}
          empty=""
          columns={[
            { title: AUDIT.chain.shard, numeric: true, cell: ({ shard }) => String(shard) },
            { title: T.events, numeric: true, cell: ({ events: count }) => quantity(count) },
            { title: T.through, numeric: true, cell: ({ through }) => quantity(through) },
            {
              title: T.result,
              cell: ({ ok }) => <Badge tone={ok ? "good" : "danger"}>{ok ? T.holds : T.differs}</Badge>,
            },
          ]}
        />
      </Show>
      <p class="muted small">{T.more}</p>
    </Card>
  );
}
