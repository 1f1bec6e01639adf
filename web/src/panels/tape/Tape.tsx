import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, untrack, type JSX } from "solid-js";
import { IconButton } from "../../design/components/Button.tsx";
import { SelectField } from "../../design/components/Field.tsx";
import { isStale } from "../../feed/stale.ts";
import { frozen } from "../../feed/store.ts";
import type { Trade } from "../../feed/messages.ts";
import { compact, percent, price, quantity } from "../../format/numbers.ts";
import { clock } from "../../format/times.ts";
import { buyShare, paceOf } from "../../market/tradeLog.ts";
import { followTrades, type FollowedTrades } from "../../market/trades.ts";
import { TEXT } from "../../text/en.ts";
import { TAPE } from "../../text/en/tape.ts";
import { exchangeClock } from "../banners/clock.ts";
import type { PanelProps } from "../kinds.ts";
import { conditionsText, newestFirst, ofSize, sideText, windowAt } from "./rows.ts";
import "./tape.css";

/** Sizes to choose the least one from. */
const SIZES = [0, 100, 500, 1_000, 5_000, 10_000, 50_000] as const;
const COIN_SIZES = [0, 0.1, 1, 5, 10, 50, 100] as const;
/** So many times the mean size is a block. */
const BLOCK = 5;
const MINUTE_MS = 60_000;

/** Time & sales: every trade of the day, newest first, with the side of the order that came. */
export default function Tape(props: PanelProps): JSX.Element {
  const trades = createMemo(() => followTrades(props.symbol()));
  const [held, setHeld] = createSignal<readonly Trade[] | null>(null);
  const minSize = (): number => Number(props.settings()["minSize"] ?? 0) || 0;
  createEffect(on(props.symbol, () => setHeld(null), { defer: true }));
  const all = createMemo(() => {
    trades().version();
    // A new list each time, because the log is changed in place.
    return held() ?? [...trades().log.trades];
  });
  const shown = createMemo(() => ofSize(all(), minSize()));
  const missed = createMemo(() => {
    trades().version();
    const last = held()?.at(-1)?.id;
    return last === undefined ? 0 : Math.max(0, (trades().log.trades.at(-1)?.id ?? last) - last);
  });
  const pause = (on: boolean): void => void setHeld(on ? [...untrack(trades).log.trades] : null);
  return (
    <div class="tape">
      <div class="tape-tools">
        <SelectField
          label={TAPE.minSize}
          hideLabel
          value={String(minSize())}
          options={(props.symbol().includes("/") ? COIN_SIZES : SIZES).map((size) => ({
            value: String(size),
            text: size === 0 ? TAPE.anySize : TAPE.fromSize(quantity(size)),
          }))}
          onChange={(size) => props.setSettings({ ...props.settings(), minSize: Number(size) })}
        />
        <PaceLine trades={trades()} />
        <IconButton
          icon="freeze"
          label={held() === null ? TAPE.pause : TAPE.goOn}
          aria-pressed={held() !== null}
          onClick={() => pause(held() === null)}
        />
      </div>
      <Show when={held() !== null && missed() > 0}>
        <button type="button" class="tape-missed" onClick={() => pause(false)}>
          {TAPE.paused(missed())}
        </button>
      </Show>
      <Show
        when={shown().length > 0}
        fallback={
          <p class="empty">
            {all().length > 0 ? TAPE.noneSoLarge : trades().isRead() ? TAPE.empty : TEXT.common.loading}
          </p>
        }
      >
        <Rows symbol={props.symbol()} trades={shown()} isStale={isStale(props.symbol())} onLeaveTop={pause} />
      </Show>
    </div>
  );
}

/** The list: rows that are seen are in the document. Whoever scrolls down to read is not pushed away by new trades. */
function Rows(props: {
  readonly symbol: string;
  readonly trades: readonly Trade[];
  readonly isStale: boolean;
  readonly onLeaveTop: (isAway: boolean) => void;
}): JSX.Element {
  let box: HTMLDivElement | undefined;
  const [top, setTop] = createSignal(0);
  const [height, setHeight] = createSignal(0);
  const [rowHeight, setRowHeight] = createSignal(24);
  onMount(() => {
    const resized = new ResizeObserver(() => {
      setHeight(box?.clientHeight ?? 0);
      setRowHeight(
        Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row")) || rowHeight(),
      );
    });
    if (box !== undefined) resized.observe(box);
    onCleanup(() => resized.disconnect());
  });
  const seen = createMemo(() => windowAt(top(), height(), rowHeight(), props.trades.length));
  const rows = createMemo(() => newestFirst(props.trades, seen()));
  const blockFrom = createMemo(() => {
    const some = props.trades.slice(-200);
    return (BLOCK * some.reduce((sum, { size }) => sum + size, 0)) / Math.max(1, some.length);
  });
  const scrolled = (): void => {
    const at = box?.scrollTop ?? 0;
    if (at > rowHeight() !== top() > rowHeight()) props.onLeaveTop(at > rowHeight());
    setTop(at);
  };
  const names = TAPE.columns;
  return (
    <div
      ref={box}
      class="tape-box"
      role="region"
      tabindex={0}
      aria-label={TAPE.label(props.symbol)}
      onScroll={scrolled}
    >
      <table class="table tape-table" aria-rowcount={props.trades.length + 1} data-stale={props.isStale}>
        <thead>
          <tr>
            <th scope="col">{names.time}</th>
            <th scope="col">{names.side}</th>
            <th scope="col" class="num">
              {names.price}
            </th>
            <th scope="col" class="num">
              {names.size}
            </th>
            <th scope="col" class="tape-conditions">
              {names.conditions}
            </th>
          </tr>
        </thead>
        <tbody>
          <Space height={seen().first * rowHeight()} />
          <For each={rows()}>{(trade) => <Row trade={trade} isBlock={trade.size >= blockFrom()} />}</For>
          <Space height={(props.trades.length - seen().first - seen().count) * rowHeight()} />
        </tbody>
      </table>
    </div>
  );
}

function Row(props: { readonly trade: Trade; readonly isBlock: boolean }): JSX.Element {
  const { trade } = props;
  const tone = trade.side === "buy" ? "up" : trade.side === "sell" ? "down" : "";
  return (
    <tr data-id={trade.id} data-block={props.isBlock}>
      <td>{clock(trade.at)}</td>
      <td class={tone}>{sideText(trade)}</td>
      <td class={`num ${tone}`}>{price(trade.price)}</td>
      <td class="num">{quantity(trade.size)}</td>
      <td class="tape-conditions muted clip">{conditionsText(trade)}</td>
    </tr>
  );
}

function Space(props: { readonly height: number }): JSX.Element {
  return (
    <Show when={props.height > 0}>
      <tr class="table-filler" aria-hidden="true">
        <td colspan={4} style={{ height: `${props.height}px` }} />
      </tr>
    </Show>
  );
}

/** How fast the market trades, and which side comes to the other. */
function PaceLine(props: { readonly trades: FollowedTrades }): JSX.Element {
  const now = exchangeClock();
  const pace = createMemo(() => {
    props.trades.version();
    // Prices that are frozen do not run out of their last minute.
    const until = frozen() ? (props.trades.log.trades.at(-1)?.at ?? 0) : now();
    return paceOf(props.trades.log.trades, until, MINUTE_MS);
  });
  const share = createMemo(() => buyShare(pace().volume));
  const label = (): string => {
    const { buy, sell } = pace().volume;
    const count = TAPE.perMinute(quantity(pace().trades));
    return share() === null ? TAPE.noBalance : `${count}. ${TAPE.balance(compact(buy), compact(sell))}`;
  };
  return (
    <div class="tape-pace" role="img" aria-label={label()} title={label()}>
      <span class="num">{TAPE.perMinuteShort(quantity(pace().trades))}</span>
      <Show when={share() !== null}>
        <span class="up num">{TAPE.bought(percent(share(), 0))}</span>
        <span class="tape-bar">
          <span style={{ width: `${(share() ?? 0) * 100}%` }} />
        </span>
        <span class="down num">{TAPE.sold(percent(1 - (share() ?? 0), 0))}</span>
      </Show>
    </div>
  );
}
