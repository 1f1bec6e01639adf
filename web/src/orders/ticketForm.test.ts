import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateOrder } from "../../../domain/account/entry/validateOrder.ts";
import { ORDER_SESSIONS } from "../../../domain/market/orderMatrix.ts";
import { SEEDED } from "../../../domain/market/listing.ts";
import { ORDER_INSTRUCTIONS } from "../../../domain/order/instructions.ts";
import { ORDER_CLASSES } from "../../../domain/order/orderClass.ts";
import { ORDER_TYPES } from "../../../domain/order/orderType.ts";
import { TIMES_IN_FORCE } from "../../../domain/order/timeInForce.ts";
import { ticketFromBody } from "../../../protocol/mapping/orderRequest.ts";
import type { Order } from "../account/order.ts";
import { onTick, partInDollars, partOf, stepPrice, stepQty } from "./steps.ts";
import { classRefused, instructionRefused, sessionNow, settle, timeRefused } from "./ticketChoices.ts";
import { changeOf, EMPTY_FORM, faultsOf, formOfOrder, isAmount, requestOf, type TicketForm } from "./ticketForm.ts";

/** Prices that fit to each other, for a buy and for a sale. */
const priced = (form: TicketForm): TicketForm => ({
  ...form,
  amount: form.unit === "notional" ? "100" : "10",
  limitPrice: "250",
  stopPrice: "250",
  trail: "2",
  takeProfit: "300",
  stopLoss: "200",
  goodTil: "2035-01-02T16:00",
});

const forms: fc.Arbitrary<TicketForm> = fc
  .record({
    side: fc.constantFrom("buy" as const, "sell" as const),
    type: fc.constantFrom(...ORDER_TYPES),
    timeInForce: fc.constantFrom(...TIMES_IN_FORCE),
    orderClass: fc.constantFrom(...ORDER_CLASSES),
    unit: fc.constantFrom("qty" as const, "notional" as const),
    exit: fc.constantFrom("take_profit" as const, "stop_loss" as const),
    extendedHours: fc.boolean(),
    hidden: fc.boolean(),
    postOnly: fc.boolean(),
    allOrNone: fc.boolean(),
    displayQty: fc.constantFrom("", "5"),
    minQty: fc.constantFrom("", "5"),
    pegTo: fc.constantFrom("" as const, "mid" as const, "primary" as const),
    selfTrade: fc.constantFrom("" as const, "decrement" as const),
  })
  .map((chosen) => priced({ ...EMPTY_FORM, ...chosen }));

/** Whether the ticket offers every choice of the form. */
const isOffered = (form: TicketForm): boolean =>
  classRefused(form, form.orderClass) === null &&
  timeRefused(form, form.timeInForce, null) === null &&
  ORDER_INSTRUCTIONS.every((each) => !carries(form, each) || instructionRefused(form, each) === null);

const carries = (form: TicketForm, instruction: (typeof ORDER_INSTRUCTIONS)[number]): boolean =>
  ({
    extended_hours: form.extendedHours,
    notional: form.unit === "notional",
    display_qty: form.displayQty !== "",
    hidden: form.hidden,
    post_only: form.postOnly,
    min_qty: form.minQty !== "",
    all_or_none: form.allOrNone,
    peg: form.pegTo !== "",
    self_trade_prevention: form.selfTrade !== "",
  })[instruction];

function reasonOf(form: TicketForm): string | null {
  const ticket = ticketFromBody(JSON.parse(JSON.stringify(requestOf(form, "AAPL"))), SEEDED);
  if (!ticket.ok) return "body";
  const validated = validateOrder(ticket.value, SEEDED);
  return validated.ok ? null : validated.refusal.reason;
}

describe("UI-70: the ticket offers what the exchange takes", () => {
  test("a form of offered choices makes an order that the exchange's validation takes", () => {
    fc.assert(
      fc.property(forms, (form) => {
        const settled = priced(settle(form));
        fc.pre(isOffered(settled));
        expect(faultsOf(settled)).toEqual({});
        expect(reasonOf(settled)).toBeNull();
      }),
    );
  });

  test("a form with a choice that is not offered is refused by the exchange's validation", () => {
    fc.assert(
      fc.property(forms, (form) => {
        // Sides of groups are refused by the account, not by the validation.
        fc.pre(form.orderClass === "simple" || (form.orderClass === "oco") === (form.side === "sell"));
        expect(reasonOf(form) === null).toBe(isOffered(form));
      }),
    );
  });

  test("a time that the session refuses is disabled, and auctions where there are none", () => {
    for (const session of ORDER_SESSIONS) {
      const ioc = timeRefused(EMPTY_FORM, "ioc", session);
      expect(ioc === null, session).toBe(session === "always" || session === "regular");
    }
    expect(timeRefused(EMPTY_FORM, "opg", "always")).toEqual({ kind: "cell", reason: "no_auction" });
  });

  test("the session of now is that of the market's status", () => {
    const market = { symbol: "AAPL", since: 0, code: "T", reason: "", phase: "continuous", session: "regular" };
    const status = { ...market, until: null };
    expect(sessionNow(false, status)).toBe("always");
    expect(sessionNow(false, { ...status, until: 1 })).toBe("regular");
    expect(sessionNow(false, { ...status, phase: "pre_open", until: 1 })).toBe("opening");
    expect(sessionNow(false, { ...status, session: "post", until: 1 })).toBe("post");
    expect(sessionNow(true, null)).toBe("always");
    expect(sessionNow(false, null)).toBeNull();
  });
});

describe("UI-70: the fields of the ticket", () => {
  test.each([
    ["1", true],
    ["1.50", true],
    [".5", true],
    ["0", false],
    ["", false],
    ["1,5", false],
    ["1e3", false],
    ["-1", false],
  ])("%j is an amount: %j", (text, is) => {
    expect(isAmount(text)).toBe(is);
  });

  test("a replace has what is changed, and nothing else", () => {
    const order = {
      side: "buy",
      type: "stop_limit",
      time_in_force: "day",
      order_class: "",
      notional: null,
      qty: "10",
      limit_price: "100",
      stop_price: "99",
      trail_price: null,
      trail_percent: null,
      expires_at: null,
      extended_hours: false,
    } as Order;
    const form = formOfOrder(order);
    expect(changeOf(form, order)).toBeNull();
    expect(changeOf({ ...form, limitPrice: "100.00" }, order)).toBeNull();
    expect(changeOf({ ...form, limitPrice: "101", amount: "12" }, order)).toEqual({ limit_price: "101", qty: "12" });
    const until = { ...form, timeInForce: "gtd", goodTil: "2035-01-02T16:00" } as const;
    expect(changeOf(until, order)).toMatchObject({
      time_in_force: "gtd",
      advanced_instructions: { expires_at: expect.any(String) },
    });
  });
});

describe("UI-70: steps", () => {
  const share = { symbol: "A", name: "A", class: "us_equity", tradable: true, fractionable: true } as const;
  const coin = { symbol: "B/USD", name: "B", class: "crypto", tradable: true, fractionable: true } as const;

  test("prices go by ticks, and onto them", () => {
    expect(stepPrice("190.5", 1, { ...share, price_increment: "0.01" }, null)).toBe("190.51");
    expect(stepPrice("190.503", 1, share, null)).toBe("190.51");
    expect(stepPrice("190.503", -1, share, null)).toBe("190.50");
    expect(stepPrice("1.00", -1, share, null)).toBe("0.9999");
    expect(stepPrice("0.01", -1, coin, null)).toBe("0.01");
    expect(stepPrice("", 1, share, 12.3)).toBe("12.30");
    expect(onTick(190.5049, share)).toBe("190.50");
  });

  test("quantities go by whole shares, and never below zero", () => {
    expect(stepQty("1.5", 1, share)).toBe("2");
    expect(stepQty("0.5", -1, share)).toBe("0");
    expect(stepQty("0.1", 1, coin)).toBe("0.11");
  });

  test("a part is of whole shares where there is one, and all of it is all", () => {
    expect(partOf("10.7", 0.5, share)).toBe("5");
    expect(partOf("0.7", 0.5, share)).toBe("0.35");
    expect(partOf("10.7", 1, share)).toBe("10.7");
    expect(partOf("10.7", 0.25, coin)).toBe("2.675");
    expect(partInDollars("10.7", 0.5, 100.01)).toBe("535.05");
    expect(partInDollars("3", 1, 0.3333)).toBe("0.99");
    expect(partInDollars("3", 1, undefined)).toBeNull();
  });
});
