import {
  createEffect,
  createMemo,
  createSignal,
  For,
  onCleanup,
  Show,
  untrack,
  type Accessor,
  type JSX,
} from "solid-js";
import { positionOf } from "../../../account/positionOf.ts";
import { openOrders, positionNow } from "../../../account/state.ts";
import { PRICE_CONDITIONS } from "../../../alerts/alert.ts";
import { alerts } from "../../../alerts/alerts.ts";
import { errorText } from "../../../api/error.ts";
import { isShared } from "../../../api/session.ts";
import { announce, notify } from "../../../design/components/notices.tsx";
import { sameTexts } from "../../../design/sameTexts.ts";
import { Icon } from "../../../design/components/Icon.tsx";
import { follow } from "../../../feed/store.ts";
import * as numbers from "../../../format/numbers.ts";
import { assetOf } from "../../../market/assets.ts";
import { cancelOrder, replaceOrder } from "../../../orders/actions.ts";
import { CHART } from "../../../text/en/chart.ts";
import type { ChartController } from "../controller.ts";
import type { ChartLine } from "../engine/lines.ts";
import { priceText, stepped, tickAt, toTick } from "../model/price.ts";
import { leftText, linesOf, orderText, type OrderLine, sideText, typeText } from "./chartOrders.ts";
import { spread } from "./spread.ts";

/** As in the style sheet: larger for fingers. */
const pillHeight = (): number => (matchMedia("(pointer: coarse)").matches ? 36 : 24);
/** What the chart says of its bars is above the pills. */
const LEGEND = 48;
const TICKS_WITH_SHIFT = 10;
/** A press that moves less is a click, which sends nothing. */
const DRAG_FROM = 4;

/** The tick of a symbol near a price. */
export const tickNear = (symbol: string): ((price: number) => number) => {
  const increment = assetOf(symbol)?.price_increment;
  return (price) => tickAt(symbol, price, increment);
};

/** Open orders and the position on the chart, as pills at their prices; those of orders are dragged to replace them. */
export function OrderPills(props: {
  readonly chart: ChartController;
  readonly symbol: Accessor<string>;
  readonly shown: boolean;
}): JSX.Element {
  /** By line, the price that it is being moved to. */
  const [moved, setMoved] = createSignal<ReadonlyMap<string, number>>(new Map());
  const [busy, setBusy] = createSignal<ReadonlySet<string>>(new Set());
  const lines = createMemo(() => (props.shown ? linesOf(openOrders(), props.symbol()) : []));
  /** A pill is of a line's id: it keeps the focus, and what drags it, while its order fills. */
  const ids = createMemo(() => lines().map(({ id }) => id), [], { equals: sameTexts });
  const position = () => (props.shown ? positionOf(props.symbol()) : null);
  const priceOf = (line: OrderLine): number => moved().get(line.id) ?? line.price;
  const move = (id: string, price: number | null): void => {
    const next = new Map(moved());
    if (price === null) next.delete(id);
    else next.set(id, price);
    setMoved(next);
  };
  let list: HTMLUListElement | undefined;
  const bands = createMemo(() => follow(props.symbol(), "lulds").bands);

  createEffect(() => {
    const { engine } = props.chart;
    props.chart.version();
    const { theme } = engine;
    const held = position();
    const band = bands()();
    const all: ChartLine[] = lines().map((line) => ({
      id: line.id,
      price: priceOf(line),
      colour: theme.token(line.order.side === "buy" ? "--up-strong" : "--down-strong"),
      dashed: moved().has(line.id),
    }));
    if (held !== null) {
      const colour = theme.token("--accent-strong");
      const textColour = theme.token("--on-accent");
      all.push({ id: "position", price: Number(held.avg_entry_price), colour, textColour, dashed: true });
    }
    for (const { id, symbol, condition, level, on } of alerts()) {
      if (!props.shown || !on || symbol !== props.symbol() || !PRICE_CONDITIONS.includes(condition)) continue;
      const colour = theme.token("--series-2");
      all.push({ id, price: Number(level), colour, dashed: true, title: CHART.alert });
    }
    if (band !== null && props.shown) {
      const colour = theme.token("--warn");
      if (band.upper > 0) all.push({ id: "upper", price: band.upper, colour, dashed: true, title: CHART.bandUpper });
      if (band.lower > 0) all.push({ id: "lower", price: band.lower, colour, dashed: true, title: CHART.bandLower });
    }
    engine.lines.set(all);
  });

  const send = async (line: OrderLine): Promise<void> => {
    const tick = tickNear(props.symbol());
    const price = priceOf(line);
    if (price === line.price || busy().has(line.id)) return move(line.id, null);
    const text = priceText(price, tick(price));
    setBusy(new Set([...busy(), line.id]));
    try {
      const order = await replaceOrder(line.order.id, { [line.field]: text });
      // The order has a new number, and so a new pill.
      list?.querySelector<HTMLElement>(`[data-line="${order.id}:${line.field}"]`)?.focus();
      notify("accent", CHART.replaced(orderText(line), numbers.price(price)));
    } catch (error) {
      notify("danger", errorText(error));
    } finally {
      move(line.id, null);
      setBusy(new Set([...busy()].filter((id) => id !== line.id)));
    }
  };
  const cancel = async (line: OrderLine): Promise<void> => {
    try {
      await cancelOrder(line.order.id);
    } catch (error) {
      notify("danger", errorText(error));
    }
  };

  /** Where each pill is: at its price, or beside another pill, within the pane also when its price is not. */
  const tops = createMemo(() => {
    props.chart.painted();
    const { engine } = props.chart;
    const { height } = engine.size;
    const held = position();
    const prices = [...lines().map(priceOf), ...(held ? [Number(held.avg_entry_price)] : [])];
    const pill = pillHeight();
    return spread(
      prices.map((price) => (engine.yOf(price) ?? height) - LEGEND),
      pill + 2,
      height - LEGEND,
    ).map((middle) => middle - pill / 2 + LEGEND);
  });
  const hasBars = (): boolean => props.chart.version() >= 0 && props.chart.engine.bars.length > 0;
  const placeOf = (nth: number): Record<string, string> => ({ top: `${tops()[nth] ?? 0}px` });

  return (
    <Show when={hasBars() && (lines().length > 0 || position() !== undefined)}>
      <ul ref={list} class="chart-pills" aria-label={CHART.orders}>
        <For each={ids()}>
          {(id, nth) => {
            const first = untrack(() => lines().find((one) => one.id === id));
            if (first === undefined) return null;
            const line = createMemo((last: OrderLine) => lines().find((one) => one.id === id) ?? last, first);
            onCleanup(() => move(id, null));
            return (
              <li class="chart-pill" data-side={line().order.side} data-moved={moved().has(id)} style={placeOf(nth())}>
                <PillHandle
                  line={line()}
                  price={priceOf(line())}
                  isMoved={moved().has(id)}
                  chart={props.chart}
                  tick={tickNear(props.symbol())}
                  onMove={(price) => move(id, price)}
                  onSend={() => void send(line())}
                />
                <Show when={!isShared()}>
                  <button
                    type="button"
                    class="chart-pill-cancel"
                    aria-label={CHART.cancelOrder(orderText(line()))}
                    title={CHART.cancelOrder(orderText(line()))}
                    onClick={() => void cancel(line())}
                  >
                    <Icon name="close" size={12} />
                  </button>
                </Show>
              </li>
            );
          }}
        </For>
        <Show when={position()}>
          {(held) => {
            const now = () => positionNow(held());
            return (
              <li class="chart-pill" data-side="position" style={placeOf(lines().length)}>
                <span class="chart-pill-text">
                  <b>{now().qty < 0 ? CHART.short : CHART.long}</b> {numbers.quantity(Math.abs(now().qty))}{" "}
                  <span class="quiet">{CHART.average(numbers.price(Number(held().avg_entry_price)))}</span>{" "}
                  <span class={numbers.direction(now().unrealized)}>{numbers.signedMoney(now().unrealized)}</span>
                </span>
              </li>
            );
          }}
        </Show>
      </ul>
    </Show>
  );
}

/** What is dragged, or moved by arrow keys: a spin button whose value is the order's price. */
function PillHandle(props: {
  readonly line: OrderLine;
  readonly price: number;
  readonly isMoved: boolean;
  readonly chart: ChartController;
  readonly tick: (price: number) => number;
  readonly onMove: (price: number | null) => void;
  readonly onSend: () => void;
}): JSX.Element {
  /** Where the pointer went down, until it is up; and whether it has moved the pill. */
  let grabbed: number | null = null;
  let isDragged = false;
  const movable = (): boolean => props.line.movable && !isShared();
  const text = (): string => numbers.price(props.price);
  const key = (event: KeyboardEvent): void => {
    if (!movable()) return;
    const ticks = { ArrowUp: 1, ArrowDown: -1, PageUp: TICKS_WITH_SHIFT, PageDown: -TICKS_WITH_SHIFT }[event.key];
    if (ticks !== undefined) {
      const by = event.shiftKey && Math.abs(ticks) === 1 ? ticks * TICKS_WITH_SHIFT : ticks;
      props.onMove(stepped(props.price, by, props.tick));
    } else if (event.key === "Enter" && props.isMoved) props.onSend();
    else if (event.key === "Escape" && props.isMoved) {
      props.onMove(null);
      announce(
        CHART.orderPrice(sideText(props.line.order), leftText(props.line.order), typeText(props.line.order), text()),
      );
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const drag = (event: PointerEvent): void => {
    if (grabbed === null) return;
    const { engine } = props.chart;
    const y = (engine.yOf(props.line.price) ?? 0) + event.clientY - grabbed;
    const price = engine.priceAt(Math.max(0, Math.min(engine.size.height, y)));
    if (price === null || (!isDragged && Math.abs(event.clientY - grabbed) < DRAG_FROM)) return;
    isDragged = true;
    props.onMove(toTick(price, props.tick(price)));
  };
  /** The order stays where it is, also when the pointer was lost. */
  const giveUp = (): void => {
    if (grabbed !== null && isDragged) props.onMove(null);
    grabbed = null;
    isDragged = false;
  };
  return (
    <div
      class="chart-pill-text"
      data-line={props.line.id}
      data-movable={movable()}
      role="spinbutton"
      tabindex={0}
      aria-label={orderText(props.line)}
      aria-readonly={!movable()}
      aria-valuenow={props.price}
      aria-valuetext={props.isMoved ? CHART.pending(text()) : text()}
      title={movable() ? CHART.pillHint : undefined}
      onKeyDown={key}
      onPointerDown={(event) => {
        if (!movable() || event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        grabbed = event.clientY;
        isDragged = false;
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        const isSent = grabbed !== null && isDragged;
        grabbed = null;
        if (isSent) props.onSend();
      }}
      onPointerCancel={giveUp}
      onLostPointerCapture={giveUp}
    >
      <b>{sideText(props.line.order)}</b> {leftText(props.line.order)} <span>{typeText(props.line.order)}</span>{" "}
      {text()}
    </div>
  );
}
