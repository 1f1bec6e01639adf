/** The keyboard on the drawn ladder: arrows move the cursor, or what is picked up; letters trade at it. */
import type { Accessor } from "solid-js";
import { LADDER } from "../../text/en/ladder.ts";
import type { createView, Ladder } from "./createLadder.ts";
import type { Side } from "./geometry.ts";
import { sizeOf, sizeText, type OwnOrder } from "./own.ts";
import type { Picture } from "./paint.ts";
import { keyActOf, type KeyAct } from "./press.ts";
import type { LadderTrading } from "./trading.ts";

export interface KeyParts {
  readonly ladder: Ladder;
  readonly trading: LadderTrading;
  readonly props: { readonly onRow: (text: string) => void };
  readonly view: ReturnType<typeof createView>;
  readonly count: Accessor<number>;
  readonly cursor: Accessor<number | null>;
  readonly goTo: (key: number) => void;
  readonly moving: Accessor<Picture["moving"]>;
  readonly setMoving: (moving: Picture["moving"]) => void;
  readonly ownAt: (key: number, side?: Side) => readonly OwnOrder[];
  readonly drop: () => void;
  readonly leave: () => void;
}

export function keyHandler(parts: KeyParts): (event: KeyboardEvent) => void {
  const { ladder, trading, props, view, count, cursor, goTo, moving, setMoving, ownAt, drop, leave } = parts;
  const pickUp = (at: number): void => {
    const [first] = ownAt(at);
    if (first === undefined) return;
    const orders = ownAt(at, first.side);
    setMoving({ orders, to: at });
    props.onRow(LADDER.moving(sizeText(sizeOf(orders))));
  };
  const run = (act: KeyAct, at: number): void => {
    if (act === "buy" || act === "sell") trading.place(act, at);
    else if (act === "pick up") pickUp(at);
    else if (act === "cancel") trading.cancel(ownAt(at));
    else if (act === "centre") view.recentre();
    else if (act === "drop") drop();
    else if (act === "leave") leave();
    else if (act === "show") goTo(at);
  };
  return (event) => {
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
    const act = keyActOf(event, now !== null, cursor() !== null);
    if (act === null) return;
    event.preventDefault();
    // Keys of the terminal, such as B for a buy ticket, mean the ladder while it has the focus.
    event.stopPropagation();
    run(act, at);
  };
}
