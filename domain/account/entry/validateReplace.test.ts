import { SEEDED } from "../../market/listing.ts";
import { expect, test } from "vitest";
import { validateReplace } from "./validateReplace.ts";
import type { Order } from "../state/order.ts";
import { orderWith } from "../testing.ts";
import type { ReplaceTicket } from "./ticket.ts";
import type { ValidatedReplace } from "./validated.ts";

const GOOD_TIL = 1_900_000_000_000;

/** An open order as accepted: a limit buy of one share of AAPL at $100, good till cancelled, with changes. */
function open(changes: Partial<Order>): Order {
  return {
    ...orderWith("o1", {}),
    sequence: 1,
    submittedAt: 0,
    status: "new",
    filledQty: 0,
    filledValue: "0",
    held: 0,
    updatedAt: 0,
    filledAt: null,
    canceledAt: null,
    expiredAt: null,
    ...changes,
  };
}

const STOP = open({
  type: "stop",
  limitPrice: null,
  stopPrice: 1_000_000,
  terms: { trigger: { kind: "stop", price: 1_000_000 } },
});
const TOUCH = open({ ...STOP, type: "market_if_touched", terms: { trigger: { kind: "touch", price: 1_000_000 } } });
const TRAIL = open({ type: "trailing_stop", limitPrice: null, terms: { trigger: { kind: "trail", amount: 10_000 } } });
const PERCENT = open({ ...TRAIL, terms: { trigger: { kind: "trail", basisPoints: 100 } } });
const GTD = open({ timeInForce: "gtd", goodTil: GOOD_TIL, expiresAt: GOOD_TIL });

const NOTHING: ValidatedReplace = {
  qty: null,
  limitPrice: null,
  stopPrice: null,
  trigger: null,
  timeInForce: null,
  goodTil: null,
  clientOrderId: null,
  lots: null,
};
const UNSENT: ReplaceTicket = {
  qty: null,
  limitPrice: null,
  stopPrice: null,
  trail: null,
  timeInForce: null,
  clientOrderId: null,
  goodTil: null,
};

const read = (order: Order, sent: Partial<ReplaceTicket>) => validateReplace(order, { ...UNSENT, ...sent }, SEEDED);

test.each<[string, Order, Partial<ReplaceTicket>, Partial<ValidatedReplace>]>([
  ["nothing", open({}), {}, {}],
  ["the quantity", open({}), { qty: "2.5" }, { qty: 2_500_000 }],
  ["the limit", open({}), { limitPrice: "100.01" }, { limitPrice: 1_000_100 }],
  ["a stop", STOP, { stopPrice: "99" }, { stopPrice: 990_000, trigger: { kind: "stop", price: 990_000 } }],
  ["a touch", TOUCH, { stopPrice: "99" }, { stopPrice: 990_000, trigger: { kind: "touch", price: 990_000 } }],
  ["an amount", TRAIL, { trail: "1.5" }, { trigger: { kind: "trail", amount: 15_000 } }],
  ["a percentage", PERCENT, { trail: "1.5" }, { trigger: { kind: "trail", basisPoints: 150 } }],
  ["the time in force", open({}), { timeInForce: "day" }, { timeInForce: "day" }],
  ["to gtd", open({}), { timeInForce: "gtd", goodTil: 99 }, { timeInForce: "gtd", goodTil: 99 }],
  ["the end", GTD, { goodTil: 99 }, { goodTil: 99 }],
  ["from gtd", GTD, { timeInForce: "gtc" }, { timeInForce: "gtc" }],
  ["the id", open({}), { clientOrderId: "a\ud800" }, { clientOrderId: "a\ufffd" }],
  [
    "the time in force of an exit",
    open({ ...STOP, orderClass: "oco", role: "stop_loss" }),
    { timeInForce: "day" },
    { timeInForce: "day" },
  ],
  // Clients repeat unchanged fields.
  ["nothing new", open({}), { qty: "1.0", limitPrice: "100", timeInForce: "gtc" }, {}],
  ["nothing new of a stop", STOP, { stopPrice: "100" }, {}],
  ["nothing new of a triggered stop", open({ ...STOP, triggeredAt: 1 }), { stopPrice: "100" }, {}],
  ["nothing new of a trail", TRAIL, { trail: "1" }, {}],
  ["nothing new of gtd", GTD, { timeInForce: "gtd", goodTil: GOOD_TIL }, {}],
  ["nothing new of fok", open({ timeInForce: "fok" }), { timeInForce: "fok" }, {}],
])("AC-28: a replace of %s", (_name, order, sent, expected) => {
  expect(read(order, sent)).toEqual({ ok: true, value: { ...NOTHING, ...expected } });
});

const LIMIT = { type: "limit", orderClass: "simple" };

test.each<[Order, Partial<ReplaceTicket>, object]>([
  [open({}), { qty: "0" }, { reason: "qty_not_positive" }],
  [open({}), { qty: "x" }, { reason: "qty_malformed" }],
  [open({}), { limitPrice: "100.001" }, { reason: "price_increment", price: "100.001" }],
  [open({}), { stopPrice: "100" }, { reason: "replace_unsupported", field: "stop_price", type: "limit" }],
  [open({}), { trail: "1" }, { reason: "replace_unsupported", field: "trail", type: "limit" }],
  [STOP, { limitPrice: "100" }, { reason: "replace_unsupported", field: "limit_price", type: "stop" }],
  [STOP, { trail: "1" }, { reason: "replace_unsupported", field: "trail", type: "stop" }],
  [TRAIL, { stopPrice: "100" }, { reason: "replace_unsupported", field: "stop_price", type: "trailing_stop" }],
  [
    open({ ...STOP, triggeredAt: 1 }),
    { stopPrice: "99" },
    { reason: "replace_unsupported", field: "stop_price", type: "stop" },
  ],
  [
    open({ ...TRAIL, triggeredAt: 1 }),
    { trail: "2" },
    { reason: "replace_unsupported", field: "trail", type: "trailing_stop" },
  ],
  [TRAIL, { trail: "0.00001" }, { reason: "price_increment", price: "0.00001", field: "trail_price" }],
  [PERCENT, { trail: "0.05" }, { reason: "trail_percent_invalid" }],
  [open({}), { timeInForce: "week" }, { reason: "invalid_time_in_force" }],
  [open({}), { timeInForce: "ioc" }, { reason: "replace_unsupported", field: "time_in_force", type: "limit" }],
  [
    open({ timeInForce: "opg" }),
    { timeInForce: "day" },
    { reason: "replace_unsupported", field: "time_in_force", type: "limit" },
  ],
  [
    STOP,
    { timeInForce: "ioc" },
    { reason: "time_in_force_for_type", type: "stop", timeInForce: "ioc", orderClass: "simple" },
  ],
  [
    open({ orderClass: "oto" }),
    { timeInForce: "fok" },
    { ...LIMIT, reason: "class_for_time_in_force", timeInForce: "fok", orderClass: "oto" },
  ],
  [open({}), { timeInForce: "gtd" }, { reason: "good_til_required" }],
  [open({}), { goodTil: 99 }, { reason: "good_til_without_gtd" }],
  [GTD, { timeInForce: "day", goodTil: 99 }, { reason: "good_til_without_gtd" }],
  [open({ notional: 1_000_000 }), { qty: "2" }, { reason: "replace_unsupported", field: "notional", type: "limit" }],
  [open({}), { clientOrderId: "x".repeat(129), qty: "0" }, { reason: "client_order_id_too_long" }],
])("AC-28: %o with %o is refused", (order, sent, refusal) => {
  expect(read(order, sent)).toEqual({ ok: false, refusal });
});
