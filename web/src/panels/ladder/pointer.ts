/** The pointer on the drawn ladder: presses, drags of own orders, the wheel and the right button. */
import type { Accessor, JSX } from "solid-js";
import type { createDrawing } from "../../design/canvas.ts";
import { rowText, type createView, type Ladder } from "./createLadder.ts";
import { keyAt, type Side } from "./geometry.ts";
import type { OwnOrder } from "./own.ts";
import { columnAt, columnsOf, HEAD, type Picture } from "./paint.ts";
import { cancelOf, releaseOf, type Place, type Press, type Pressed } from "./press.ts";
import type { LadderTrading } from "./trading.ts";

/** A press that moves less is a click. */
const DRAG_FROM = 5;

export interface Drag {
  readonly orders: readonly OwnOrder[];
  readonly fromY: number;
  readonly isMoved: boolean;
}

export interface PointerParts {
  readonly ladder: Ladder;
  readonly trading: LadderTrading;
  readonly props: { readonly rowHeight: number; readonly onRow: (text: string) => void };
  readonly view: ReturnType<typeof createView>;
  readonly drawing: ReturnType<typeof createDrawing>;
  readonly hover: Accessor<Picture["hover"]>;
  readonly setHover: (hover: Picture["hover"]) => void;
  readonly press: Accessor<Press | null>;
  readonly setPress: (press: Press | null) => void;
  readonly drag: Accessor<Drag | null>;
  readonly setDrag: (drag: Drag | null) => void;
  readonly setMoving: (moving: Picture["moving"]) => void;
  readonly ownAt: (key: number, side?: Side) => readonly OwnOrder[];
  readonly drop: () => void;
}

type At<E> = E & { readonly currentTarget: HTMLElement };

export function pointerHandlers(parts: PointerParts): JSX.HTMLAttributes<HTMLDivElement> {
  const { ladder, trading, props, view, drawing, hover, setHover, press, setPress, drag, setDrag, setMoving } = parts;
  const { ownAt, drop } = parts;
  /** Up to where the rows have followed a finger. */
  let scrolled = 0;
  /** What was pressed last, which a menu that is asked for may follow from. */
  let pressed: Pressed = null;

  /** Where a pointer is; null outside of the rows, where a pointer that is captured may be. */
  const place = (event: At<MouseEvent>): (Place & { readonly isOwnColumn: boolean }) | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const { width } = drawing.size();
    const x = event.clientX - box.left;
    const key = keyAt(event.clientY - box.top - HEAD, props.rowHeight, view.view());
    if (key === null || x < 0 || x >= width) return null;
    const columns = columnsOf(width, ladder.settings().volume);
    const isOwnColumn = x < columns.bid || (x >= columns.ownAsk && x < columns.volume);
    return { key, column: columnAt(x, columns), isOwnColumn };
  };
  const giveUp = (): void => {
    setPress(null);
    if (drag() !== null) setMoving(null);
    setDrag(null);
  };
  /** The row under the pointer, and what is dragged to it. */
  const point = (event: At<MouseEvent>): void => {
    const at = place(event);
    const before = hover();
    if (before?.key !== at?.key || before?.column !== at?.column) {
      setHover(at);
      if (at !== null) props.onRow(rowText(ladder, at.key));
    }
    const now = drag();
    if (now === null || (!now.isMoved && Math.abs(event.clientY - now.fromY) < DRAG_FROM)) return;
    setDrag({ orders: now.orders, fromY: now.fromY, isMoved: true });
    setMoving(at === null ? null : { orders: now.orders, to: at.key });
  };
  return {
    onPointerDown: (event: At<PointerEvent>) => {
      pressed = pressedBy(event);
      // A second finger, or another button, makes it something else than a press.
      giveUp();
      if (event.button !== 0 || !event.isPrimary) return;
      scrolled = event.clientY;
      const at = place(event);
      if (at === null || at.column === "other") return;
      const orders = ownAt(at.key, at.column);
      const own = at.isOwnColumn ? orders.map(({ id }) => id) : [];
      setPress({ pointerId: event.pointerId, y: event.clientY, key: at.key, column: at.column, own });
      if (orders.length === 0 || event.pointerType === "touch") return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ orders, fromY: event.clientY, isMoved: false });
    },
    onPointerMove: (event: At<PointerEvent>) => {
      if (event.pointerType !== "touch") return point(event);
      const rows = Math.trunc((event.clientY - scrolled) / props.rowHeight);
      if (rows === 0) return;
      scrolled += rows * props.rowHeight;
      giveUp();
      view.scroll(rows);
    },
    onPointerUp: (event: At<PointerEvent>) => {
      const down = press();
      if (down === null || down.pointerId !== event.pointerId) return;
      const at = place(event);
      const isDragged = drag()?.isMoved === true;
      if (isDragged && at !== null && event.button === 0) return drop();
      giveUp();
      if (isDragged) return;
      const { pointerId, button, clientY: y } = event;
      const act = releaseOf(down, { pointerId, button, y, at });
      if (act === "place") trading.place(down.column, down.key);
      if (act === "cancel") {
        const still = ladder.own().filter(({ id }) => down.own.includes(id));
        trading.cancel(still, false);
      }
    },
    onPointerCancel: giveUp,
    onLostPointerCapture: (event: PointerEvent) => {
      if (press()?.pointerId === event.pointerId) giveUp();
    },
    onPointerLeave: () => {
      pressed = null;
      if (drag() !== null) return;
      giveUp();
      setHover(null);
    },
    onWheel: (event: At<WheelEvent>) => {
      event.preventDefault();
      view.scroll(-Math.sign(event.deltaY) * Math.max(1, Math.round(Math.abs(event.deltaY) / 40)));
      point(event);
    },
    onContextMenu: (event: At<MouseEvent>) => {
      event.preventDefault();
      const by = pressed;
      pressed = null;
      // A long press, or a click with Ctrl, has asked for the menu: its release places nothing.
      giveUp();
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
