import { createEffect, createMemo, createSignal, lazy, on, onCleanup, Show, Suspense, type JSX } from "solid-js";
import { unknownRequests } from "../account/state.ts";
import { orderTimings } from "../api/timing.ts";
import { isShared, session } from "../api/session.ts";
import { keyText, provideActions } from "../commands/actions.ts";
import { Icon } from "../design/components/Icon.tsx";
import { announce } from "../design/components/notices.tsx";
import { exchangeNow, marketHours } from "../feed/clock.ts";
import type { Link } from "../feed/messages.ts";
import { linkLost } from "../feed/stale.ts";
import { freeze, frozen, frozenAt, health, healthNow, tradeGaps } from "../feed/store.ts";
import { duration, milliseconds, newYorkClock } from "../format/durations.ts";
import { keepUnknown } from "../orders/unknown.ts";
import { TRUTH as T } from "../text/en/truth.ts";
import "./truth.css";

const Details = lazy(() => import("./TruthDetails.tsx"));

const FREEZE_KEY = "Z";
const PANEL = "truth-details";

/** The truth line: what the terminal knows of its connection and its data. A press on it shows the details. */
export function StatusBar(): JSX.Element {
  keepUnknown();
  return (
    <Show when={session().kind === "signed in"}>
      <Line />
    </Show>
  );
}

/** A signal that changes once a second. */
function everySecond(): () => number {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), 1_000);
  onCleanup(() => clearInterval(timer));
  return now;
}

function Line(): JSX.Element {
  const now = everySecond();
  const [isOpen, setOpen] = createSignal(false);
  const toggleFreeze = (): void => {
    freeze(!frozen());
    announce(frozen() ? T.frozenSaid : T.unfrozenSaid);
  };
  provideActions([{ id: "freeze", title: T.freeze, group: T.group, key: FREEZE_KEY, run: toggleFreeze }]);
  createEffect(on(linkLost, (lost) => announce(lost ? T.lostSaid : T.backSaid, lost), { defer: true }));
  /** A page without prices is live by the updates of its orders. */
  const link = createMemo((): Link => {
    const { market = "connecting", trading } = health() ?? {};
    return market === "off" && trading === "live" ? "live" : market;
  });
  const lag = (): number | null => (now(), healthNow()?.lagMs ?? null);
  const order = (): number | null => orderTimings()[0]?.total ?? null;
  const failures = (): number => health()?.checksumFailures ?? 0;
  /** Symbols of which something that the stream lacked is being read again. */
  const unhealed = createMemo(() => [...new Set([...tradeGaps().open, ...(health()?.repairing ?? [])])]);
  const hasBooks = (): boolean => (now(), (healthNow()?.verifiedBooks ?? 0) > 0 || failures() > 0);
  const lostFor = (): string => duration(now() - (health()?.lostAt ?? now()));
  return (
    <footer class="status-bar" aria-label={T.region} data-lost={linkLost()}>
      <button type="button" class="truth-line" popovertarget={PANEL} title={T.open}>
        <span class="hidden-text">{T.open}</span>
        <span class="truth-link" data-link={linkLost() ? "lost" : link()}>
          <Show when={linkLost()} fallback={T.links[link() === "lost" ? "connecting" : link()]}>
            {T.lostSince(lostFor())}
          </Show>
        </span>
        <Show when={health()?.trading === "lost" && !linkLost() && !isShared()}>
          <span class="truth-warn">{T.ordersLost}</span>
        </Show>
        <Show when={!linkLost()}>
          <Show when={unhealed().length > 0}>
            <span class="truth-warn">{T.unhealed(unhealed())}</span>
          </Show>
          <Fact name={T.lag} value={milliseconds(lag())} />
          <Show when={order() !== null}>
            <Fact name={T.order} value={milliseconds(order())} />
          </Show>
          <Show when={hasBooks()}>
            <span class="truth-fact wide-only" data-bad={failures() > 0}>
              <Icon name="shield" size={12} />
              {failures() > 0 ? T.booksFailed(failures()) : T.books}
            </span>
          </Show>
        </Show>
      </button>
      <Show when={unknownRequests().length > 0}>
        <button type="button" class="truth-unknown" popovertarget={PANEL}>
          <Icon name="alert" size={12} />
          {T.unknown(unknownRequests().length)}
        </button>
      </Show>
      <span class="grow" />
      <Hours now={now} />
      <button
        type="button"
        class="truth-freeze"
        data-frozen={frozen()}
        title={T.freezeHint(keyText(FREEZE_KEY))}
        onClick={toggleFreeze}
      >
        <Icon name="freeze" size={12} />
        <span>
          {frozen() ? T.frozen(duration(now() - (frozenAt() ?? now()))) : T.freezeShort}
          <span class="hidden-text">{frozen() ? T.unfreeze : T.freezeWhat}</span>
        </span>
      </button>
      <div
        id={PANEL}
        class="truth-panel"
        popover="auto"
        role="dialog"
        aria-label={T.detail.title}
        on:toggle={(event: ToggleEvent) => setOpen(event.newState === "open")}
      >
        <Show when={isOpen()}>
          <Suspense>
            <Details now={now} panel={PANEL} />
          </Suspense>
        </Show>
      </div>
    </footer>
  );
}

function Fact(props: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <span class="truth-fact">
      <span class="truth-name">{props.name}</span> <span class="tabular">{props.value}</span>
    </span>
  );
}

/** The session of the market with the time that is left, and the exchange's clock. */
function Hours(props: { readonly now: () => number }): JSX.Element {
  const time = (): number => (props.now(), exchangeNow());
  return (
    <Show when={marketHours()}>
      {(hours) => (
        <>
          <span class="truth-fact" data-phase={hours().phase}>
            <b>{T.phases[hours().phase]}</b>{" "}
            <span class="tabular wide-only">{T.until[hours().phase](duration(hours().until - time()))}</span>
          </span>
          <time class="truth-fact tabular" title={T.exchangeTime}>
            {newYorkClock(time())}
          </time>
        </>
      )}
    </Show>
  );
}
