/** The fields of the order ticket, as they are typed, and the order that they make. */
import type { Order } from "../account/order.ts";
import { rulesOf, type OrderType } from "../../../domain/order/orderType.ts";
import type { OrderClass } from "../../../domain/order/orderClass.ts";
import type { Side } from "../../../domain/order/side.ts";
import type { SelfTrade } from "../../../domain/order/terms.ts";
import type { TimeInForce } from "../../../domain/order/timeInForce.ts";
import type { OrderRequest } from "./actions.ts";

export interface TicketForm {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  /** What the amount counts: shares (or coins), or dollars. */
  readonly unit: "qty" | "notional";
  readonly amount: string;
  readonly limitPrice: string;
  readonly stopPrice: string;
  readonly trail: string;
  readonly trailUnit: "price" | "percent";
  readonly takeProfit: string;
  readonly stopLoss: string;
  /** The stop loss becomes a limit order at this price; empty: a market order. */
  readonly stopLossLimit: string;
  /** Which of the two exits an OTO has. */
  readonly exit: "take_profit" | "stop_loss";
  /** When a gtd order ends, in the user's time zone: `2026-12-24T16:00`. */
  readonly goodTil: string;
  readonly extendedHours: boolean;
  readonly hidden: boolean;
  readonly postOnly: boolean;
  readonly allOrNone: boolean;
  readonly displayQty: string;
  readonly minQty: string;
  readonly pegTo: "" | "primary" | "mid";
  readonly pegOffset: string;
  readonly selfTrade: "" | SelfTrade;
  /** Quantities by the number of the tax lot; empty: the account's method chooses. */
  readonly lots: Readonly<Record<string, string>>;
}

export const EMPTY_FORM: TicketForm = {
  side: "buy",
  type: "market",
  timeInForce: "day",
  orderClass: "simple",
  unit: "qty",
  amount: "",
  limitPrice: "",
  stopPrice: "",
  trail: "",
  trailUnit: "percent",
  takeProfit: "",
  stopLoss: "",
  stopLossLimit: "",
  exit: "take_profit",
  goodTil: "",
  extendedHours: false,
  hidden: false,
  postOnly: false,
  allOrNone: false,
  displayQty: "",
  minQty: "",
  pegTo: "",
  pegOffset: "",
  selfTrade: "",
  lots: {},
};

/** A field that an order needs, by its name in the form. */
export type NeededField = "amount" | "limitPrice" | "stopPrice" | "trail" | "takeProfit" | "stopLoss" | "goodTil";
export type AmountField = NeededField | "stopLossLimit" | "displayQty" | "minQty" | "pegOffset";

/** The fields that an order of the form needs, in the sequence in which the ticket has them. */
export function neededFields(form: TicketForm): NeededField[] {
  const { needs, trigger } = rulesOf(form.type);
  const { orderClass } = form;
  // The limit of an OCO is its take profit.
  const needsLimit = needs.includes("limit") && orderClass !== "oco";
  const profits = orderClass === "bracket" || orderClass === "oco" || exitOf(form) === "take_profit";
  const stops = orderClass === "bracket" || orderClass === "oco" || exitOf(form) === "stop_loss";
  return [
    "amount" as const,
    ...(needs.includes("stop") ? (["stopPrice"] as const) : []),
    ...(needsLimit ? (["limitPrice"] as const) : []),
    ...(trigger === "trail" ? (["trail"] as const) : []),
    ...(profits ? (["takeProfit"] as const) : []),
    ...(stops ? (["stopLoss"] as const) : []),
    ...(form.timeInForce === "gtd" ? (["goodTil"] as const) : []),
  ];
}

function exitOf({ orderClass, exit }: TicketForm): TicketForm["exit"] | null {
  return orderClass === "oto" ? exit : null;
}

const AMOUNT = /^(?:\d+(?:\.\d*)?|\.\d+)$/;

/** True for an amount above zero, as it may be typed: `190.5`, `.5`. A comma means different things in different places. */
export function isAmount(text: string): boolean {
  const trimmed = text.trim();
  return AMOUNT.test(trimmed) && Number(trimmed) > 0;
}

export type Fault = "missing" | "not a number" | "not a time";

/** What is wrong with the fields by themselves. */
export function faultsOf(form: TicketForm): Partial<Record<AmountField, Fault>> {
  const faults: Partial<Record<AmountField, Fault>> = {};
  for (const field of neededFields(form)) {
    const text = form[field].trim();
    if (text === "") faults[field] = "missing";
    else if (field === "goodTil") {
      if (Number.isNaN(Date.parse(text))) faults[field] = "not a time";
    } else if (!isAmount(text)) faults[field] = "not a number";
  }
  for (const field of ["stopLossLimit", "displayQty", "minQty"] as const) {
    if (form[field].trim() !== "" && !isAmount(form[field])) faults[field] = "not a number";
  }
  const offset = form.pegOffset.trim();
  if (form.pegTo !== "" && offset !== "" && !AMOUNT.test(offset)) faults.pegOffset = "not a number";
  return faults;
}

/** The body of `POST /v2/orders`, or of its preview, of a form without faults. */
export function requestOf(form: TicketForm, symbol: string): OrderRequest {
  const has = new Set<AmountField>(neededFields(form));
  const text = (field: AmountField): string => form[field].trim();
  const lots = Object.entries(form.lots).filter(([, qty]) => isAmount(qty));
  const body: Record<string, unknown> = {
    side: form.side,
    type: form.type,
    time_in_force: form.timeInForce,
    [form.unit]: text("amount"),
  };
  if (form.orderClass !== "simple") body["order_class"] = form.orderClass;
  if (has.has("limitPrice")) body["limit_price"] = text("limitPrice");
  if (has.has("stopPrice")) body["stop_price"] = text("stopPrice");
  if (has.has("trail")) body[form.trailUnit === "price" ? "trail_price" : "trail_percent"] = text("trail");
  if (has.has("takeProfit")) body["take_profit"] = { limit_price: text("takeProfit") };
  if (has.has("stopLoss")) {
    const limit = text("stopLossLimit");
    body["stop_loss"] = { stop_price: text("stopLoss"), ...(limit === "" ? {} : { limit_price: limit }) };
  }
  if (form.extendedHours) body["extended_hours"] = true;
  if (lots.length > 0) body["tax_lots"] = lots.map(([id, qty]) => ({ lot_id: Number(id), qty: qty.trim() }));
  const advanced = instructionsOf(form);
  if (Object.keys(advanced).length > 0) body["advanced_instructions"] = advanced;
  return { symbol, ...body };
}

function instructionsOf(form: TicketForm): Record<string, unknown> {
  const offset = form.pegOffset.trim();
  return {
    ...(form.timeInForce === "gtd" ? { expires_at: new Date(form.goodTil).toISOString() } : {}),
    ...(form.hidden ? { hidden: true } : {}),
    ...(form.postOnly ? { post_only: true } : {}),
    ...(form.allOrNone ? { all_or_none: true } : {}),
    ...(form.displayQty.trim() === "" ? {} : { display_qty: form.displayQty.trim() }),
    ...(form.minQty.trim() === "" ? {} : { min_qty: form.minQty.trim() }),
    ...(form.pegTo === "" ? {} : { peg: { to: form.pegTo, ...(offset === "" ? {} : { offset }) } }),
    ...(form.selfTrade === "" ? {} : { self_trade_prevention: form.selfTrade }),
  };
}

/** An instant as a field of the user's own time has it. */
function localTime(instant: number | string): string {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The form that shows an open order, to replace it. */
export function formOfOrder(order: Order): TicketForm {
  return {
    ...EMPTY_FORM,
    side: order.side,
    type: order.type,
    timeInForce: order.time_in_force,
    // Its exits stay as they are, and are orders of their own.
    orderClass: "simple",
    unit: order.notional === null ? "qty" : "notional",
    amount: order.qty ?? order.notional ?? "",
    limitPrice: order.limit_price ?? "",
    stopPrice: order.stop_price ?? "",
    trail: order.trail_price ?? order.trail_percent ?? "",
    trailUnit: order.trail_price === null ? "percent" : "price",
    goodTil: order.time_in_force === "gtd" && order.expires_at !== null ? localTime(order.expires_at) : "",
    extendedHours: order.extended_hours,
  };
}

/** The body of `PATCH /v2/orders/{id}`: what the form has otherwise than the order. Null when nothing is. */
export function changeOf(form: TicketForm, order: Order): Record<string, string | object> | null {
  const before = formOfOrder(order);
  const { needs, trigger } = rulesOf(order.type);
  const change: Record<string, string | object> = {};
  const differs = (field: "amount" | "limitPrice" | "stopPrice" | "trail"): boolean =>
    form[field].trim() !== "" && Number(form[field]) !== Number(before[field]);
  if (differs("amount")) change["qty"] = form.amount.trim();
  if (needs.includes("limit") && differs("limitPrice")) change["limit_price"] = form.limitPrice.trim();
  if (needs.includes("stop") && differs("stopPrice")) change["stop_price"] = form.stopPrice.trim();
  if (trigger === "trail" && differs("trail")) change["trail"] = form.trail.trim();
  if (form.timeInForce !== order.time_in_force) change["time_in_force"] = form.timeInForce;
  if (form.timeInForce === "gtd" && form.goodTil !== before.goodTil) {
    change["advanced_instructions"] = { expires_at: new Date(form.goodTil).toISOString() };
  }
  return Object.keys(change).length === 0 ? null : change;
}

/** The fields of a form that a replace of this order may have. */
export function replaceFields(order: Order, form: TicketForm): NeededField[] {
  const { needs, trigger } = rulesOf(order.type);
  return [
    "amount" as const,
    ...(needs.includes("stop") ? (["stopPrice"] as const) : []),
    ...(needs.includes("limit") ? (["limitPrice"] as const) : []),
    ...(trigger === "trail" ? (["trail"] as const) : []),
    ...(form.timeInForce === "gtd" ? (["goodTil"] as const) : []),
  ];
}
