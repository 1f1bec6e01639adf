import { createEffect, createMemo, createSignal, createUniqueId, For, Show, type JSX } from "solid-js";
import { openOrders } from "../../account/state.ts";
import { createDrawing } from "../../design/canvas.ts";
import { IconButton } from "../../design/components/Button.tsx";
import { Empty } from "../../design/components/small.tsx";
import { isStale } from "../../feed/stale.ts";
import { follow } from "../../feed/store.ts";
import { compact, money, percent, price, quantity } from "../../format/numbers.ts";
import { TEXT } from "../../text/en.ts";
import { DEPTH_CHART } from "../../text/en/tape.ts";
import { MarketBanner } from "../banners/MarketBanner.tsx";
import type { PanelProps } from "../kinds.ts";
import { curveOf, middleOf, pointAt, rangeOf, slippageOf, type Point, type Side } from "./curve.ts";
import { paintDepth, scaleOf, type Picture } from "./paint.ts";
import "./depthChart.css";

/** Shares of the book that are shown, from all to the nearest prices. */
const ZOOMS = [1, 0.5, 0.25, 0.1, 0.05] as const;

type Cursor = Picture["cursor"];

/** The depth chart: what is displayed up to each price, and what a market order up to there would pay. */
export default function DepthChart(props: PanelProps): JSX.Element {
  const state = createMemo(() => follow(props.symbol(), "depth"));
  const bids = createMemo(() => curveOf(state().depth()?.bids ?? []));
  const asks = createMemo(() => curveOf(state().depth()?.asks ?? []));
  const middle = createMemo(() => middleOf(state().depth()?.bids ?? [], state().depth()?.asks ?? []));
  const [cursor, setCursor] = createSignal<Cursor>(null);
  const isTable = (): boolean => props.settings()["table"] === true;
  const zoom = (): number => Math.min(ZOOMS.length - 1, Math.max(0, Number(props.settings()["zoom"] ?? 0) || 0));
  const setZoom = (by: number): void =>
    props.setSettings({ ...props.settings(), zoom: Math.min(ZOOMS.length - 1, Math.max(0, zoom() + by)) });
  const picture = createMemo((): Picture | null => {
    const at = middle();
    if (at === null) return null;
    const own = openOrders().filter((order) => order.symbol === props.symbol() && order.limit_price !== null);
    return {
      bids: bids(),
      asks: asks(),
      middle: at,
      range: rangeOf(bids(), asks(), at, ZOOMS[zoom()] ?? 1),
      cursor: cursor(),
      own: own.map(({ side, limit_price: limit }) => ({ side, price: Number(limit) })),
      text: { price, size: compact },
    };
  });
  return (
    <div class="depth-chart" data-stale={isStale(props.symbol())}>
      <div class="depth-tools">
        <Readout picture={picture()} />
        <IconButton icon="add" label={DEPTH_CHART.closer} onClick={() => setZoom(1)} disabled={isTable()} />
        <IconButton icon="minus" label={DEPTH_CHART.wider} onClick={() => setZoom(-1)} disabled={isTable()} />
        <IconButton
          icon="table"
          label={DEPTH_CHART.table}
          aria-pressed={isTable()}
          onClick={() => props.setSettings({ ...props.settings(), table: !isTable() })}
        />
      </div>
      <MarketBanner symbol={props.symbol()} />
      <Show
        when={picture()}
        fallback={<Empty>{state().depth() === null ? TEXT.common.loading : DEPTH_CHART.empty}</Empty>}
      >
        {(shown) => (
          <Show
            when={isTable()}
            fallback={<Chart symbol={props.symbol()} picture={shown()} setCursor={setCursor} onZoom={setZoom} />}
          >
            <Table symbol={props.symbol()} picture={shown()} />
          </Show>
        )}
      </Show>
    </div>
  );
}

function Chart(props: {
  readonly symbol: string;
  readonly picture: Picture;
  readonly setCursor: (cursor: Cursor) => void;
  readonly onZoom: (by: number) => void;
}): JSX.Element {
  const help = createUniqueId();
  const [said, setSaid] = createSignal("");
  const drawing = createDrawing((context, size, colours) => paintDepth(context, size, colours, props.picture));
  createEffect(() => {
    void props.picture;
    drawing.invalidate();
  });
  const goTo = (side: Side, point: Point | null): void => {
    if (point === null) return;
    props.setCursor({ side, price: point.price });
  };
  const pointed = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    const { picture } = props;
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const at = scaleOf(drawing.size(), picture).priceAt(x);
    if (at <= picture.middle) goTo("buy", pointAt(picture.bids, at, "buy") ?? picture.bids[0] ?? null);
    else goTo("sell", pointAt(picture.asks, at, "sell") ?? picture.asks[0] ?? null);
  };
  /** All points from the lowest price to the highest. */
  const points = (): readonly (readonly [Side, Point])[] => [
    ...props.picture.bids.map((point) => ["buy", point] as const).toReversed(),
    ...props.picture.asks.map((point) => ["sell", point] as const),
  ];
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "+" || event.key === "-") {
      event.preventDefault();
      event.stopPropagation();
      return props.onZoom(event.key === "+" ? 1 : -1);
    }
    const all = points();
    const at = props.picture.cursor?.price ?? props.picture.middle;
    const after = all.findIndex(([, { price: one }]) => one > at);
    const before = all.findLastIndex(([, { price: one }]) => one < at);
    const to = { ArrowRight: after, ArrowLeft: before, Home: 0, End: all.length - 1 }[event.key];
    const found = to === undefined ? undefined : all[to];
    if (to !== undefined) event.preventDefault();
    if (found === undefined) return;
    goTo(...found);
    setSaid(sayPoint(found[0], found[1], props.picture.middle));
  };
  return (
    <div
      class="depth-canvas"
      role="slider"
      tabindex={0}
      aria-label={DEPTH_CHART.label(props.symbol)}
      aria-describedby={help}
      aria-valuemin={props.picture.range.low}
      aria-valuemax={props.picture.range.high}
      aria-valuenow={props.picture.cursor?.price ?? props.picture.middle}
      aria-valuetext={said() === "" ? summaryOf(props.symbol, props.picture) : said()}
      onKeyDown={keys}
      onPointerMove={pointed}
      onPointerDown={pointed}
      onPointerLeave={(event) => event.pointerType !== "touch" && props.setCursor(null)}
      onWheel={(event) => {
        event.preventDefault();
        props.onZoom(event.deltaY < 0 ? 1 : -1);
      }}
    >
      <canvas ref={drawing.ref} aria-hidden="true" />
      <p class="hidden-text" id={help}>
        {DEPTH_CHART.help}
      </p>
    </div>
  );
}

/** What the crosshair is at. Without one, the best prices are read. */
function Readout(props: { readonly picture: Picture | null }): JSX.Element {
  const found = createMemo(() => {
    const { picture } = props;
    if (picture?.cursor === null || picture === null) return null;
    const { side, price: at } = picture.cursor;
    const point = (side === "buy" ? picture.bids : picture.asks).find((one) => one.price === at);
    return point === undefined ? null : { side, point, middle: picture.middle };
  });
  const names = DEPTH_CHART.readout;
  return (
    <dl class="depth-readout">
      <Show when={found()}>
        {(at) => (
          <>
            <div>
              <dt>{DEPTH_CHART.sides[at().side]}</dt>
              <dd class={at().side === "buy" ? "up" : "down"}>{price(at().point.price)}</dd>
            </div>
            <div>
              <dt>{names.sum}</dt>
              <dd>{quantity(at().point.sum)}</dd>
            </div>
            <div>
              <dt>{names.value}</dt>
              <dd>{money(at().point.value)}</dd>
            </div>
            <div>
              <dt title={DEPTH_CHART.orderSide[at().side]}>{names.slippage}</dt>
              <dd>{percent(slippageOf(at().point, at().middle), 3)}</dd>
            </div>
          </>
        )}
      </Show>
    </dl>
  );
}

function Table(props: { readonly symbol: string; readonly picture: Picture }): JSX.Element {
  const names = DEPTH_CHART.columns;
  const rows = createMemo(() => [
    ...props.picture.asks.map((point) => ({ side: "sell" as const, point })).toReversed(),
    ...props.picture.bids.map((point) => ({ side: "buy" as const, point })),
  ]);
  return (
    <div class="depth-table" role="region" tabindex={0} aria-label={DEPTH_CHART.tableLabel(props.symbol)}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{names.side}</th>
            <th scope="col" class="num">
              {names.price}
            </th>
            <th scope="col" class="num">
              {names.sum}
            </th>
            <th scope="col" class="num">
              {names.value}
            </th>
            <th scope="col" class="num">
              {names.slippage}
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {({ side, point }) => (
              <tr>
                <td class={side === "buy" ? "up" : "down"}>{DEPTH_CHART.sides[side]}</td>
                <td class="num">{price(point.price)}</td>
                <td class="num">{quantity(point.sum)}</td>
                <td class="num">{money(point.value)}</td>
                <td class="num">{percent(slippageOf(point, props.picture.middle), 3)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function sayPoint(side: Side, point: Point, middle: number): string {
  const slippage = percent(slippageOf(point, middle), 3);
  return DEPTH_CHART.say(
    DEPTH_CHART.sides[side],
    price(point.price),
    quantity(point.sum),
    money(point.value),
    slippage,
  );
}

function summaryOf(symbol: string, { bids, asks, middle }: Picture): string {
  const [low, high] = [bids.at(-1), asks.at(-1)];
  return DEPTH_CHART.summary(
    symbol,
    quantity(low?.sum ?? 0),
    quantity(high?.sum ?? 0),
    price(low?.price),
    price(high?.price),
    price(middle),
  );
}
