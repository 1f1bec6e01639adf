/** What is done on the ladder: an order at a price, a move, a cancel. Unless it is armed, each is asked for first. */
import { createEffect, createMemo, createSignal, on, type Accessor } from "solid-js";
import type { Order } from "../../account/order.ts";
import { openOrders } from "../../account/state.ts";
import { accountId, isShared } from "../../api/session.ts";
import { errorText } from "../../api/error.ts";
import { announce, notify } from "../../design/components/notices.tsx";
import { quantity } from "../../format/numbers.ts";
import { cancelOrders, replaceOrder, submitOrder, type OrderRequest } from "../../orders/actions.ts";
import { LADDER } from "../../text/en/ladder.ts";
import type { Ladder, LadderSettings } from "./createLadder.ts";
import { decimalOf, type Side } from "./geometry.ts";
import { leftOf, ordersOf, sizeOf, type OwnOrder } from "./own.ts";

/** Something that waits for a yes. */
export interface Question {
  readonly text: string;
  /** The words of the button that does it. */
  readonly yes: string;
  readonly kind: "buy" | "sell" | "primary" | "danger";
  readonly act: () => Promise<void>;
}

export type LadderTrading = ReturnType<typeof createTrading>;

export function createTrading(ladder: Ladder, settings: Accessor<LadderSettings>) {
  const [armed, setArmed] = createSignal(false);
  const [question, setQuestion] = createSignal<Question | null>(null);
  const [refusal, setRefusal] = createSignal<string | null>(null);
  // What was armed for one account is not armed for another one.
  createEffect(on(accountId, () => setArmed(false), { defer: true }));
  createEffect(on([ladder.symbol, accountId], () => setQuestion(null), { defer: true }));

  // Its text is above the rows, which must not move when the next order is right.
  createEffect(
    on(
      createMemo(() => settings().quantity),
      () => setRefusal(null),
      { defer: true },
    ),
  );

  const run = async (act: () => Promise<void>): Promise<void> => {
    setQuestion(null);
    try {
      await act();
    } catch (error) {
      notify("danger", errorText(error));
    }
  };
  const propose = (one: Question, atOnce: boolean): void => {
    if (isShared()) return notify("warn", LADDER.readOnly);
    if (atOnce) void run(one.act);
    else setQuestion(one);
  };
  const validQuantity = (): string | null => {
    const qty = settings().quantity.trim();
    const isValid = /^\d*\.?\d+$/.test(qty) && Number(qty) > 0;
    setRefusal(isValid ? null : LADDER.badQuantity);
    return isValid ? qty : null;
  };
  const send = (request: OrderRequest, side: Side, text: string): void => {
    const act = async (): Promise<void> => {
      await submitOrder(request, text);
      announce(LADDER.sent(text));
    };
    propose({ text, yes: LADDER.place, kind: side, act }, armed());
  };
  const place = (side: Side, key: number): void => {
    const qty = validQuantity();
    if (qty === null) return;
    const symbol = ladder.symbol();
    const units = ladder.unitsAt(key, side);
    const terms = { symbol, side, type: "limit", qty, limit_price: decimalOf(units) };
    const text = LADDER.order(LADDER.side[side], quantity(qty), symbol, ladder.priceText(units));
    send({ ...terms, ...timeOf(symbol, settings().tif, ladder.state().status()?.session) }, side, text);
  };
  const market = (side: Side): void => {
    const qty = validQuantity();
    if (qty === null) return;
    const symbol = ladder.symbol();
    const text = LADDER.marketOrder(LADDER.side[side], quantity(qty), symbol);
    send({ symbol, side, type: "market", qty, time_in_force: symbol.includes("/") ? "gtc" : "day" }, side, text);
  };
  const move = (orders: readonly OwnOrder[], key: number): void => {
    const [first] = orders;
    if (first === undefined) return;
    const units = ladder.unitsAt(key, first.side);
    const text = LADDER.move(nameOf(orders, ladder), ladder.priceText(units));
    const act = async (): Promise<void> => {
      const price = decimalOf(units);
      for (const { id, isStop } of orders)
        await replaceOrder(id, isStop ? { stop_price: price } : { limit_price: price });
      announce(LADDER.moved(text));
    };
    propose({ text, yes: LADDER.moveIt, kind: "primary", act }, armed());
  };
  const cancel = (orders: readonly { readonly id: string }[], atOnce: boolean, what: string): void => {
    if (orders.length === 0) return;
    const text = LADDER.cancelQuestion(what);
    const act = async (): Promise<void> => {
      await cancelOrders(orders.map(({ id }) => id));
      announce(LADDER.cancelled(text));
    };
    propose({ text, yes: LADDER.cancelIt(orders.length), kind: "danger", act }, atOnce);
  };
  const cancelOwn = (orders: readonly OwnOrder[], atOnce = armed()): void =>
    cancel(orders, atOnce, nameOf(orders, ladder));
  /** All that is open on a side: also what has no price, and is not drawn. */
  const ordersBySide = createMemo(() => ({
    buy: ordersOf(openOrders(), ladder.symbol(), "buy"),
    sell: ordersOf(openOrders(), ladder.symbol(), "sell"),
  }));
  const cancelSide = (side: Side): void => {
    const orders = ordersBySide()[side];
    const sum = orders.reduce((total, order) => total + leftOf(order), 0);
    // An order in dollars has no quantity.
    const left = quantity(Number.isNaN(sum) ? null : sum);
    const what = LADDER.yourSide(orders.length, LADDER.sideSmall[side], left, ladder.symbol());
    cancel(orders, orders.length === 1 || armed(), what);
  };
  return {
    armed,
    setArmed,
    question,
    refusal,
    place,
    market,
    move,
    cancel: cancelOwn,
    cancelSide,
    /** The open orders of a side of the symbol. */
    ordersOf: (side: Side): readonly Order[] => ordersBySide()[side],
    confirm: (): void => void (question() === null ? undefined : run(question()?.act ?? (async () => {}))),
    dismiss: (): void => void setQuestion(null),
  };
}

/** Orders of one row and side in words. */
function nameOf(orders: readonly OwnOrder[], ladder: Ladder): string {
  const [first] = orders;
  if (first === undefined) return "";
  const size = quantity(sizeOf(orders));
  return LADDER.yours(orders.length, LADDER.sideSmall[first.side], size, ladder.priceText(first.units));
}

/** Time in force as the instrument and the session allow it: coins have no day. */
function timeOf(
  symbol: string,
  tif: LadderSettings["tif"],
  session: string | undefined,
): Readonly<Record<string, unknown>> {
  if (symbol.includes("/")) return { time_in_force: tif === "day" ? "gtc" : tif };
  const isExtended = session === "pre" || session === "post" || session === "overnight";
  return isExtended && tif !== "ioc" ? { time_in_force: tif, extended_hours: true } : { time_in_force: tif };
}
