import { A } from "@solidjs/router";
import { createMemo, createResource, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { Figure } from "../../design/components/small.tsx";
import { ADMIN } from "../../text/en/admin.ts";
import { Card, Read, reading, settled } from "../console/parts.tsx";
import { ActRows } from "./Log.tsx";
import { readMarkets } from "./marketStates.ts";
import type { Acts, Approvals, Feed } from "./wire.ts";

const T = ADMIN.overview;

/** What an administrator looks at first. */
export function Overview(): JSX.Element {
  const [health] = createResource(async () => {
    const began = performance.now();
    await call("GET", "/v1/health");
    return Math.round(performance.now() - began);
  });
  const pending = reading<Approvals>(() => "/v1/admin/approvals?state=pending&limit=200");
  const feeds = reading<readonly Feed[]>(() => "/v1/admin/feeds");
  const acts = reading<Acts>(() => "/v1/admin/acts?limit=10");
  const [markets] = createResource(readMarkets);
  const halted = createMemo(() => (settled(markets) ?? []).filter((one) => one.phase === "halted"));
  const down = (): readonly Feed[] =>
    (feeds.value() ?? []).filter(({ source, state }) => source !== "none" && state !== "live");
  return (
    <>
      <section class="card" aria-label={T.health}>
        <dl class="figures">
          <Figure name={T.health}>
            <Show when={health.error === undefined} fallback={<span class="down">{T.silent}</span>}>
              {settled(health) === undefined ? "…" : T.answers(String(settled(health)))}
            </Show>
          </Figure>
          <Figure name={T.pending}>
            <A href="/admin/approvals">{pending.value()?.approvals.length ?? "…"}</A>
          </Figure>
          <Figure name={T.halted}>
            <A href="/admin/markets">
              {markets.state === "ready"
                ? halted()
                    .map(({ symbol }) => symbol)
                    .join(", ") || T.none
                : "…"}
            </A>
          </Figure>
          <Figure name={T.feeds}>
            <A href="/admin/feeds">
              {down()
                .map((feed) => `${ADMIN.feeds.classes[feed.class]}: ${ADMIN.feeds.states[feed.state]}`)
                .join(", ") || T.none}
            </A>
          </Figure>
        </dl>
      </section>
      <Card title={T.recent}>
        <Read from={acts}>{(page) => <ActRows rows={page().acts} />}</Read>
      </Card>
    </>
  );
}
