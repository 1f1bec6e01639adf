/** The details behind the truth line: connections, time, the last order by hop, sequence and checksums. */
import { createMemo, For, Show, type JSX } from "solid-js";
import { unknownRequests } from "../account/state.ts";
import { isShared } from "../api/session.ts";
import { type OrderTiming, orderTimings } from "../api/timing.ts";
import { IconButton } from "../design/components/Button.tsx";
import { Figure } from "../design/components/small.tsx";
import { clockEstimate } from "../feed/clock.ts";
import type { Health, Link, Trouble } from "../feed/messages.ts";
import { isStale } from "../feed/stale.ts";
import { followedSymbols, health, healthNow, symbolState, tapes, tradeGaps } from "../feed/store.ts";
import { duration, milliseconds } from "../format/durations.ts";
import { quantity } from "../format/numbers.ts";
import { clock } from "../format/times.ts";
import { TEXT } from "../text/en.ts";
import { TRUTH } from "../text/en/truth.ts";

const T = TRUTH.detail;
const MINUS = "−";

export default function TruthDetails(props: { readonly now: () => number; readonly panel: string }): JSX.Element {
  const fast = (): Health | null => (props.now(), healthNow());
  const counts = (): typeof tapes.counts => (props.now(), tapes.counts);
  const lastGap = (): string => {
    const at = Math.max(tradeGaps().lastAt ?? 0, fast()?.bookGapAt ?? 0);
    return at === 0 ? T.noGap : clock(at);
  };
  const heard = (): string => {
    const at = fast()?.lastFrameAt ?? null;
    return at === null ? "–" : T.ago(duration(Date.now() - at));
  };
  return (
    <>
      <header class="truth-head">
        <h2>{T.title}</h2>
        <IconButton
          icon="close"
          label={TEXT.common.close}
          onClick={() => document.getElementById(props.panel)?.hidePopover()}
        />
      </header>
      <div class="truth-body" tabindex={0} role="region" aria-label={T.title}>
        <Show when={unknownRequests().length > 0}>
          <Unknown />
        </Show>
        <h3>{T.connection}</h3>
        <dl class="figures">
          <Figure name={T.market}>
            <State link={health()?.market ?? "off"} trouble={health()?.marketTrouble ?? null} />
          </Figure>
          <Figure name={T.trading}>
            <Show when={!isShared()} fallback={TRUTH.links.polled}>
              <State link={health()?.trading ?? "off"} trouble={health()?.tradingTrouble ?? null} />
            </Show>
          </Figure>
          <Figure name={T.network}>{(props.now(), navigator.onLine) ? T.online : T.offline}</Figure>
          <Figure name={T.lastFrame}>{heard()}</Figure>
        </dl>
        <h3>{T.time}</h3>
        <dl class="figures">
          <Figure name={T.lag}>
            <span title={T.lagNote}>{milliseconds(fast()?.lagMs)}</span>
          </Figure>
          <Figure name={T.offset}>
            <Show when={clockEstimate()} fallback={T.measuring}>
              {(best) => T.ahead(signedMs(best().ms), best().within.toFixed(best().within < 10 ? 1 : 0))}
            </Show>
          </Figure>
        </dl>
        <h3>{T.orders}</h3>
        <Show when={orderTimings()[0]} fallback={<p>{T.noOrders}</p>}>
          {(timing) => <Hops timing={timing()} />}
        </Show>
        <h3>{T.sequence}</h3>
        <dl class="figures">
          <Figure name={T.taken}>{quantity(counts().taken)}</Figure>
          <Figure name={T.missing}>{quantity(counts().missing)}</Figure>
          <Figure name={T.doubled}>{quantity(counts().doubled)}</Figure>
          <Figure name={T.verified}>{quantity(fast()?.verifiedBooks ?? 0)}</Figure>
          <Figure name={T.failures}>{quantity(fast()?.checksumFailures ?? 0)}</Figure>
          <Figure name={T.gaps}>{quantity(tradeGaps().count + (fast()?.bookGaps ?? 0))}</Figure>
          <Figure name={T.lastGap}>{lastGap()}</Figure>
          <Figure name={T.resumes}>{quantity(fast()?.resumes ?? 0)}</Figure>
        </dl>
        <Symbols now={props.now} />
      </div>
    </>
  );
}

function State(props: { readonly link: Link; readonly trouble: Trouble | null }): JSX.Element {
  return (
    <>
      <span class="truth-link" data-link={props.link}>
        {TRUTH.links[props.link]}
      </span>
      <Show when={props.trouble}>{(trouble) => <span class="truth-note">{TRUTH.trouble[trouble()]}</span>}</Show>
    </>
  );
}

const signedMs = (ms: number): string => {
  const text = Math.abs(ms).toFixed(Math.abs(ms) < 10 ? 1 : 0);
  return `${ms < 0 ? MINUS : "+"}${text}`;
};

/** The time of an order as a bar of its hops, with the figures beside it. */
function Hops(props: { readonly timing: OrderTiming }): JSX.Element {
  const parts = createMemo(() => {
    const { hops } = props.timing;
    if (hops === null) return [];
    return [
      ["network", T.network_hop, hops.network],
      ["edge", T.edge, hops.edge],
      ["account", T.account, hops.account],
    ] as const;
  });
  const median = (): number => {
    const sorted = orderTimings().map(({ total }) => total);
    return sorted.sort((a, b) => a - b)[Math.floor(sorted.length / 2)] ?? 0;
  };
  return (
    <>
      <div class="truth-hops" aria-hidden="true">
        <For each={parts()}>
          {([hop, , ms]) => <i data-hop={hop} style={{ "flex-grow": Math.max(0.02, ms / props.timing.total) }} />}
        </For>
      </div>
      <dl class="figures">
        <For each={parts()}>
          {([hop, name, ms]) => (
            <div data-hop={hop}>
              <dt>{name}</dt>
              <dd>{milliseconds(ms)}</dd>
            </div>
          )}
        </For>
        <Figure name={T.total}>{milliseconds(props.timing.total)}</Figure>
        <Figure name={T.median(orderTimings().length)}>{milliseconds(median())}</Figure>
      </dl>
      <Show when={props.timing.hops === null}>
        <p>{T.notStamped}</p>
      </Show>
    </>
  );
}

function Symbols(props: { readonly now: () => number }): JSX.Element {
  const symbols = createMemo(() => (props.now(), [...followedSymbols()].sort()), undefined, {
    equals: (a, b) => a.length === b.length && a.every((symbol, nth) => symbol === b[nth]),
  });
  // Once a second: numbers that run are read by nobody.
  const depthOf = (symbol: string) => (props.now(), symbolState(symbol).depth());
  const last = (symbol: string): string => (
    props.now(),
    String(tapes.lastOf(symbol) ?? symbolState(symbol).trade()?.id ?? "–")
  );
  return (
    <table class="table truth-symbols">
      <caption class="hidden-text">{T.symbols}</caption>
      <thead>
        <tr>
          <th scope="col">{T.symbol}</th>
          <th scope="col" class="num">
            {T.lastTrade}
          </th>
          <th scope="col" class="num">
            {T.bookSeq}
          </th>
          <th scope="col">{T.book}</th>
          <th scope="col">{T.state}</th>
        </tr>
      </thead>
      <tbody>
        <For each={symbols()}>
          {(symbol) => (
            <tr data-symbol={symbol}>
              <th scope="row">{symbol}</th>
              <td class="num">{last(symbol)}</td>
              <td class="num">{depthOf(symbol)?.seq ?? "–"}</td>
              <td>
                {depthOf(symbol) === null ? "–" : depthOf(symbol)?.verified === true ? T.isVerified : T.notVerified}
              </td>
              <td data-stale={isStale(symbol)}>{isStale(symbol) ? T.stale : T.live}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

function Unknown(): JSX.Element {
  return (
    <section class="truth-unknowns">
      <h3>{T.unknown}</h3>
      <p>{T.unknownNote}</p>
      <ul>
        <For each={unknownRequests()}>
          {(pending) => (
            <li>
              <b>{pending.text}</b> {T.sentAt(clock(pending.sentAt))}
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
