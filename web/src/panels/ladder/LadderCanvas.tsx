import { createEffect, createMemo, createSignal, type Accessor, type JSX } from "solid-js";
import { isShared } from "../../api/session.ts";
import { createDrawing } from "../../design/canvas.ts";
import { isStale } from "../../feed/stale.ts";
import { compact, quantity } from "../../format/numbers.ts";
import { unitsOf } from "../../market/tradeLog.ts";
import { LADDER } from "../../text/en/ladder.ts";
import { createView, rowText, type Ladder } from "./createLadder.ts";
import { keyAt, keyOf, rowsIn, type Side } from "./geometry.ts";
import type { OwnOrder } from "./own.ts";
import { columnAt, columnsOf, HEAD, paintLadder, type Picture } from "./paint.ts";
import { cancelOf, type Pressed } from "./press.ts";
import type { LadderTrading } from "./trading.ts";

/** From this quantity on a size is written in few letters. */
const COMPACT_FROM = 1_000_000;
/** A press that moves less is a click. */
const DRAG_FROM = 5;

interface Drag {
  readonly orders: readonly OwnOrder[];
  readonly fromY: number;
  readonly isMoved: boolean;
}

/** How the panel steers the drawing. */
export interface LadderHandle {
  readonly recentre: () => void;
}

const sizeText = (value: number): string => (value >= COMPACT_FROM ? compact(value) : quantity(value));

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
  const [drag, setDrag] = createSignal<Drag | null>(null);
  const [moving, setMoving] = createSignal<Picture["moving"]>(null);
  const [said, setSaid] = createSignal("");

  const drawing = createDrawing((context, size, colours) => paintLadder(context, size, colours, picture()));
  const count = createMemo(() => rowsIn(drawing.size().height - HEAD, props.rowHeight));
  const view = createView(ladder, count, () => hover() !== null || isFocused() || moving() !== null);
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
  const drop = (): void => {
    const now = moving();
    setMoving(null);
    setDrag(null);
    if (now !== null) trading.move(now.orders, now.to);
  };
  const pointer = pointerHandlers({
    ladder,
    trading,
    props,
    view,
    hover,
    setHover,
    drag,
    setDrag,
    moving,
    setMoving,
    ownAt,
    drop,
    drawing,
  });

  const keys = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = cursor() ?? ladder.middle();
    if (at === null) return;
    const now = moving();
    const from = now?.to ?? at;
    const page = Math.max(1, count() - 2);
    const step = { ArrowUp: 1, ArrowDown: -1, PageUp: page, PageDown: -page }[event.key];
    const to = event.key === "Home" ? ladder.middle() : step === undefined ? null : from + step;
    if (to !== null) {
      event.preventDefault();
      goTo(to);
      if (now !== null) setMoving({ orders: now.orders, to });
      return;
    }
    const act = keyAction(event.key, at, now !== null);
    if (act === undefined) return;
    event.preventDefault();
    // Keys of the terminal, such as B for a buy ticket, mean the ladder while it has the focus.
    event.stopPropagation();
    act();
  };
  const keyAction = (key: string, at: number, isMoving: boolean): (() => void) | undefined => {
    const all: Readonly<Record<string, () => void>> = isMoving
      ? { Enter: drop, m: drop, M: drop, Escape: () => setMoving(null) }
      : {
          b: () => trading.place("buy", at),
          s: () => trading.place("sell", at),
          m: () => pickUp(at),
          Delete: () => trading.cancel(ownAt(at)),
          Backspace: () => trading.cancel(ownAt(at)),
          c: () => view.recentre(),
        };
    return all[key] ?? all[key.toLowerCase()];
  };
  const pickUp = (at: number): void => {
    const [first] = ownAt(at);
    if (first === undefined) return;
    const orders = ownAt(at, first.side);
    setMoving({ orders, to: at });
    props.onRow(LADDER.moving(sizeText(orders.reduce((sum, { size }) => sum + size, 0))));
  };
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

interface PointerParts {
  readonly ladder: Ladder;
  readonly trading: LadderTrading;
  readonly props: { readonly rowHeight: number; readonly onRow: (text: string) => void };
  readonly view: ReturnType<typeof createView>;
  readonly hover: Accessor<Picture["hover"]>;
  readonly setHover: (hover: Picture["hover"]) => void;
  readonly drag: Accessor<Drag | null>;
  readonly setDrag: (drag: Drag | null) => void;
  readonly moving: Accessor<Picture["moving"]>;
  readonly setMoving: (moving: Picture["moving"]) => void;
  readonly ownAt: (key: number, side?: Side) => readonly OwnOrder[];
  readonly drop: () => void;
  readonly drawing: ReturnType<typeof createDrawing>;
}

type Pointed = PointerEvent & { readonly currentTarget: HTMLElement };

/** Presses, drags, the wheel and the right button. */
function pointerHandlers(parts: PointerParts): JSX.HTMLAttributes<HTMLDivElement> {
  const { ladder, trading, props, view, hover, setHover, drag, setDrag, moving, setMoving, ownAt, drop, drawing } =
    parts;
  /** Where a finger went down, and up to where the rows have followed it. */
  let touched = 0;
  let scrolled = 0;
  /** What was pressed last, which a menu that is asked for may follow from. */
  let pressed: Pressed = null;
  /** The finger that is down was a long press. */
  let isHeld = false;
  const place = (event: MouseEvent & { readonly currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const key = keyAt(event.clientY - box.top - HEAD, props.rowHeight, view.view());
    const columns = columnsOf(drawing.size().width, ladder.settings().volume);
    return key === null ? null : ({ key, column: columnAt(event.clientX - box.left, columns) } as const);
  };
  return {
    onPointerDown: (event: Pointed) => {
      pressed = pressedBy(event);
      isHeld = false;
      if (event.button !== 0) return;
      touched = scrolled = event.clientY;
      const at = place(event);
      if (at === null || at.column === "other" || event.pointerType === "touch") return;
      const orders = ownAt(at.key, at.column);
      if (orders.length === 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ orders, fromY: event.clientY, isMoved: false });
    },
    onPointerMove: (event: Pointed) => {
      if (event.pointerType === "touch") {
        const rows = Math.trunc((event.clientY - scrolled) / props.rowHeight);
        scrolled += rows * props.rowHeight;
        if (rows !== 0) view.scroll(rows);
        return;
      }
      const at = place(event);
      const before = hover();
      if (before?.key !== at?.key || before?.column !== at?.column) {
        setHover(at);
        if (at !== null) props.onRow(rowText(ladder, at.key));
      }
      const now = drag();
      if (now === null || at === null) return;
      if (!now.isMoved && Math.abs(event.clientY - now.fromY) < DRAG_FROM) return;
      setDrag({ orders: now.orders, fromY: now.fromY, isMoved: true });
      setMoving({ orders: now.orders, to: at.key });
    },
    onPointerUp: (event: Pointed) => {
      const now = drag();
      if (now?.isMoved === true) return drop();
      setDrag(null);
      const at = place(event);
      // A finger that has scrolled, or was held down, did not press.
      if (
        isHeld ||
        event.button !== 0 ||
        at === null ||
        at.column === "other" ||
        Math.abs(event.clientY - touched) > 2 * DRAG_FROM
      )
        return;
      const orders = ownAt(at.key, at.column);
      const isOnOwn = orders.length > 0 && isOwnColumn(event, drawing.size().width, ladder.settings().volume);
      if (isOnOwn) trading.cancel(orders, false);
      else trading.place(at.column, at.key);
    },
    onPointerCancel: () => {
      setDrag(null);
      setMoving(null);
    },
    onPointerLeave: () => {
      pressed = null;
      if (drag() === null && moving() === null) setHover(null);
    },
    onWheel: (event: WheelEvent) => {
      event.preventDefault();
      view.scroll(-Math.sign(event.deltaY) * Math.max(1, Math.round(Math.abs(event.deltaY) / 40)));
    },
    onContextMenu: (event: MouseEvent & { readonly currentTarget: HTMLElement }) => {
      event.preventDefault();
      const by = pressed;
      pressed = null;
      isHeld = by === "touch" || by === "pen";
      const at = place(event);
      if (at === null) return;
      const orders = ownAt(at.key, at.column === "other" ? undefined : at.column);
      const how = cancelOf(by, orders.length, trading.armed());
      if (how !== null) trading.cancel(orders, how === "at once");
    },
  };
}

const pressedBy = ({ pointerType: type }: PointerEvent): Pressed =>
  type === "touch" || type === "pen" ? type : "mouse";

/** Whether a press is in one of the columns of own orders. */
function isOwnColumn(
  event: PointerEvent & { readonly currentTarget: HTMLElement },
  width: number,
  volume: boolean,
): boolean {
  const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
  const columns = columnsOf(width, volume);
  return x < columns.bid || (x >= columns.ownAsk && x < columns.volume);
}
