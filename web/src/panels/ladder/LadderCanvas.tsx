import { createEffect, createMemo, createSignal, on, onCleanup, type Accessor, type JSX } from "solid-js";
import { isShared } from "../../api/session.ts";
import { createDrawing } from "../../design/canvas.ts";
import { isStale } from "../../feed/stale.ts";
import { unitsOf } from "../../market/tradeLog.ts";
import { LADDER } from "../../text/en/ladder.ts";
import { createView, rowText, type Ladder } from "./createLadder.ts";
import { keyOf, rowsIn, type Side } from "./geometry.ts";
import { keyHandler } from "./keys.ts";
import { sizeText, type OwnOrder } from "./own.ts";
import { HEAD, paintLadder, type Picture } from "./paint.ts";
import { pointerHandlers, type Drag } from "./pointer.ts";
import type { Press } from "./press.ts";
import type { LadderTrading } from "./trading.ts";

/** How the panel steers the drawing. */
export interface LadderHandle {
  readonly recentre: () => void;
}

/**
 * The drawn ladder. A press left of the prices buys there, right of them it sells; own orders are dragged to another
 * price; the right button cancels. The same by keys: the drawing is a slider over prices to assistive technology.
 */
export function LadderCanvas(props: {
  readonly ladder: Ladder;
  readonly trading: LadderTrading;
  readonly rowHeight: number;
  readonly help: string;
  readonly onRow: (text: string) => void;
  readonly handle: (handle: LadderHandle) => void;
}): JSX.Element {
  const { ladder, trading } = props;
  const [hover, setHover] = createSignal<Picture["hover"]>(null);
  const [cursor, setCursor] = createSignal<number | null>(null);
  const [isFocused, setFocused] = createSignal(false);
  const [press, setPress] = createSignal<Press | null>(null);
  const [drag, setDrag] = createSignal<Drag | null>(null);
  const [moving, setMoving] = createSignal<Picture["moving"]>(null);
  const [said, setSaid] = createSignal("");

  const drawing = createDrawing((context, size, colours) => paintLadder(context, size, colours, picture()));
  /** Rows that have room; 0 while the drawing has no size. */
  const count = createMemo(() =>
    drawing.size().height === 0 ? 0 : rowsIn(drawing.size().height - HEAD, props.rowHeight),
  );
  const isHeld = createMemo(() => hover() !== null || isFocused() || moving() !== null || press() !== null);
  createEffect(() => ladder.hold(isHeld()));
  onCleanup(() => ladder.hold(false));
  const view = createView(ladder, count, isHeld);
  const picture: Accessor<Picture> = createMemo(() => ({
    view: view.view(),
    rowHeight: props.rowHeight,
    step: ladder.step(),
    bids: ladder.bids(),
    asks: ladder.asks(),
    bidSums: ladder.bidSums(),
    askSums: ladder.askSums(),
    showsSums: ladder.settings().sums,
    showsVolume: ladder.settings().volume,
    own: ladder.ownRows(),
    volumes: ladder.settings().volume ? ladder.volumes().rows : new Map(),
    busiest: ladder.volumes().busiest,
    last: lastOf(ladder),
    bands: ladder.bands(),
    cursor: isFocused() ? cursor() : null,
    hover: hover(),
    quantity: ladder.settings().quantity,
    canTrade: !isShared(),
    moving: moving(),
    isStale: isStale(ladder.symbol()),
    text: { price: (key) => ladder.priceText(key * ladder.step()), size: sizeText },
  }));
  createEffect(() => {
    picture();
    drawing.invalidate();
  });
  props.handle({ recentre: () => view.recentre() });

  const ownAt = (key: number, side?: Side): readonly OwnOrder[] =>
    (ladder.ownRows().get(key) ?? []).filter((order) => side === undefined || order.side === side);
  /** What a screen reader says of the row: when the cursor comes there, not whenever the market moves. */
  const goTo = (key: number): void => {
    if (key < 1) return;
    setCursor(key);
    view.reveal(key);
    const text = rowText(ladder, key);
    setSaid(text);
    props.onRow(text);
  };
  const leave = (): void => {
    setPress(null);
    setDrag(null);
    setMoving(null);
  };
  const drop = (): void => {
    const now = moving();
    leave();
    const [first] = now?.orders ?? [];
    if (now === null || first === undefined) return;
    // Back in its own row it has not been moved.
    if (keyOf(first.units, ladder.step(), first.side) !== now.to) trading.move(now.orders, now.to);
  };
  // A row's number is another price in another symbol, and with another step.
  createEffect(
    on(
      [createMemo(() => ladder.symbol()), ladder.step],
      () => {
        leave();
        setCursor(null);
        setSaid("");
        props.onRow("");
      },
      { defer: true },
    ),
  );
  const pointer = pointerHandlers({
    ladder,
    trading,
    props,
    view,
    drawing,
    hover,
    setHover,
    press,
    setPress,
    drag,
    setDrag,
    setMoving,
    ownAt,
    drop,
  });

  const keys = keyHandler({ ladder, trading, props, view, count, cursor, goTo, moving, setMoving, ownAt, drop, leave });
  return (
    <div
      class="ladder-canvas"
      role="slider"
      tabindex={0}
      aria-orientation="vertical"
      aria-label={LADDER.cursor(ladder.symbol())}
      aria-valuemin={0}
      aria-valuenow={((cursor() ?? ladder.middle() ?? 0) * ladder.step()) / 10_000}
      aria-valuetext={said() === "" ? undefined : said()}
      aria-describedby={props.help}
      aria-keyshortcuts="B S M Delete"
      onFocus={() => {
        setFocused(true);
        const at = cursor() ?? ladder.middle();
        if (at !== null) goTo(at);
      }}
      onBlur={() => {
        setFocused(false);
        if (drag() === null) setMoving(null);
      }}
      onKeyDown={keys}
      {...pointer}
    >
      <canvas ref={drawing.ref} aria-hidden="true" />
    </div>
  );
}

function lastOf(ladder: Ladder): Picture["last"] {
  const trade = ladder.last();
  if (trade === null) return null;
  return { key: keyOf(unitsOf(trade.price), ladder.step(), "buy"), size: sizeText(trade.size), side: trade.side };
}
