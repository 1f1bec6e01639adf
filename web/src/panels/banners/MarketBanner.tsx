import { sameTexts } from "../../design/sameTexts.ts";
import { createEffect, createMemo, For, on, Show, type JSX } from "solid-js";
import { announce } from "../../design/components/notices.tsx";
import { Icon } from "../../design/components/Icon.tsx";
import type { IconName } from "../../design/components/icons.ts";
import { follow } from "../../feed/store.ts";
import type { MarketStatus } from "../../feed/messages.ts";
import { price, quantity } from "../../format/numbers.ts";
import { clock, recent } from "../../format/times.ts";
import { BANNERS } from "../../text/en/banners.ts";
import { exchangeClock } from "./clock.ts";
import { noticesOf, timeLeft, type MarketNotice, type Result } from "./marketState.ts";
import "./banners.css";

const LOOK: Readonly<Record<MarketNotice["kind"], { readonly tone: string; readonly icon: IconName }>> = {
  halted: { tone: "danger", icon: "stop" },
  paused: { tone: "danger", icon: "freeze" },
  auction: { tone: "accent", icon: "swap" },
  closed: { tone: "plain", icon: "lock" },
  limit: { tone: "warn", icon: "warning" },
  extended: { tone: "plain", icon: "eye" },
  stale: { tone: "warn", icon: "warning" },
};

/**
 * What a trader must know of the market of a symbol: halts, pauses, auctions, closed and extended hours, limit states,
 * stale prices. Shows nothing while the market trades as usual. Follows the symbol while it is shown.
 */
export function MarketBanner(props: {
  readonly symbol: string;
  /** Without what one may do meanwhile: for narrow panels. */
  readonly brief?: boolean;
}): JSX.Element {
  const state = createMemo(() => follow(props.symbol, "statuses", "lulds", "imbalances", "quotes"));
  const now = exchangeClock();
  const notices = createMemo(() =>
    noticesOf({
      status: state().status(),
      bands: state().bands(),
      imbalance: state().imbalance(),
      isStale: state().quote()?.stale === true,
      now: now(),
    }),
  );
  createEffect(
    on(
      () => state().status(),
      (status) => status !== null && announceStatus(status),
    ),
  );
  const kinds = createMemo(() => notices().map(({ kind }) => kind), [], { equals: sameTexts });
  return (
    <Show when={kinds().length > 0}>
      <div class="market-banners" role="group" aria-label={BANNERS.label(props.symbol)}>
        <For each={kinds()}>
          {(kind) => (
            <Show when={notices().find((notice) => notice.kind === kind)}>
              {(notice) => (
                <Banner notice={notice()} now={now()} bands={bandsText(state())} brief={props.brief === true} />
              )}
            </Show>
          )}
        </For>
      </div>
    </Show>
  );
}

function Banner(props: {
  readonly notice: MarketNotice;
  readonly now: number;
  readonly bands: string;
  readonly brief: boolean;
}): JSX.Element {
  const parts = createMemo(() => textOf(props.notice));
  return (
    <div class="market-banner" data-kind={props.notice.kind} data-tone={LOOK[props.notice.kind].tone}>
      <Icon name={LOOK[props.notice.kind].icon} />
      <div class="grow">
        <p>
          <strong>{parts().title}</strong>
          <Show when={parts().until}>
            {(until) => (
              <span class="market-banner-time num">
                {parts().untilText?.(recent(until()))}{" "}
                <Show when={until() > props.now}>{BANNERS.countdown(timeLeft(until(), props.now))}</Show>
              </span>
            )}
          </Show>
        </p>
        <Show when={props.notice.kind === "auction" && props.notice.result}>
          {(result) => <AuctionResult result={result()} />}
        </Show>
        <Show when={!props.brief}>
          <p class="market-banner-rule">
            {parts().rule} <Show when={props.notice.kind === "paused"}>{props.bands}</Show>
          </p>
        </Show>
      </div>
    </div>
  );
}

function AuctionResult(props: { readonly result: NonNullable<Result> }): JSX.Element {
  return (
    <dl class="auction-result">
      <div>
        <dt>{BANNERS.price}</dt>
        <dd>{props.result.price === 0 ? BANNERS.noPrice : price(props.result.price)}</dd>
      </div>
      <div>
        <dt>{BANNERS.paired}</dt>
        <dd>{quantity(props.result.paired)}</dd>
      </div>
      <div>
        <dt>{BANNERS.imbalance}</dt>
        <dd>
          {props.result.imbalance === 0
            ? BANNERS.noImbalance
            : `${quantity(props.result.imbalance)} ${BANNERS.side[props.result.side] ?? ""}`}
        </dd>
      </div>
    </dl>
  );
}

interface Words {
  readonly title: string;
  readonly rule: string;
  readonly until?: number | null;
  readonly untilText?: (time: string) => string;
}

function textOf(notice: MarketNotice): Words {
  switch (notice.kind) {
    case "halted":
    case "paused": {
      const why = BANNERS.reasons[notice.reason];
      const title = notice.kind === "halted" ? BANNERS.halted : BANNERS.paused;
      const rule = notice.until === null ? `${BANNERS.noEnd} ${BANNERS.haltRule}` : BANNERS.haltRule;
      return {
        title: why === undefined ? title : `${title}: ${why}`,
        rule,
        until: notice.until,
        untilText: BANNERS.ends,
      };
    }
    case "auction":
      return {
        title: BANNERS.auction[notice.auction],
        rule: BANNERS.auctionRule,
        until: notice.until,
        untilText: BANNERS.trades,
      };
    case "closed":
      return { title: BANNERS.closed, rule: BANNERS.closedRule, until: notice.until, untilText: BANNERS.opens };
    case "limit": {
      const at = price(notice.price);
      return {
        title: notice.side === "upper" ? BANNERS.limitUpper(at) : BANNERS.limitLower(at),
        rule: BANNERS.limitRule,
        until: notice.until,
        untilText: (time) => time,
      };
    }
    case "extended":
      return { title: BANNERS[notice.session], rule: "" };
    case "stale":
      return { title: BANNERS.stale, rule: "" };
  }
}

function bandsText({ bands }: ReturnType<typeof follow>): string {
  const known = bands();
  return known === null || known.upper === 0 ? "" : BANNERS.bands(price(known.lower), price(known.upper));
}

/** By symbol, the phase that was announced last: several panels show one market, and it is said once. */
const announced = new Map<string, string>();

function announceStatus({ symbol, code, reason, phase, since }: MarketStatus): void {
  const before = announced.get(symbol);
  const key = `${code} ${phase} ${since}`;
  if (before === key) return;
  announced.set(symbol, key);
  const { said } = BANNERS;
  const wasTrading = before === undefined || before.startsWith("T");
  if (code === "H") announce(said.halted(symbol, BANNERS.reasons[reason] ?? clock(since)), true);
  else if (code === "P") announce(said.paused(symbol), true);
  else if (code === "Q") announce(said.auction(symbol));
  else if (code === "C") announce(said.closed(symbol));
  else if (!wasTrading) announce(said.trading(symbol));
}
