import { SEEDED } from "./listing.ts";
import { expect, test } from "vitest";
import { checkHours } from "../risk/hours.ts";
import { ticketWith } from "../account/testing.ts";
import { validateOrder } from "../account/entry/validateOrder.ts";
import type { OrderTicket } from "../account/entry/ticket.ts";
import type { Instructions } from "../account/entry/instructions.ts";
import { sessionRules } from "./sessionRules.ts";
import type { SessionRules } from "./sessionRules.ts";
import { cell, ORDER_SESSIONS } from "./orderMatrix.ts";
import { combines, ORDER_INSTRUCTIONS, EXCLUSIVE } from "../order/instructions.ts";
import { ORDER_CLASSES } from "../order/orderClass.ts";
import { TIMES_IN_FORCE } from "../order/timeInForce.ts";
import { ORDER_TYPES } from "../order/orderType.ts";
import type { OrderInstruction } from "../order/instructions.ts";
import { orderSession } from "./schedule.ts";
import type { OrderSession } from "./schedule.ts";

type Type = (typeof ORDER_TYPES)[number];
type Time = (typeof TIMES_IN_FORCE)[number];
type Class = (typeof ORDER_CLASSES)[number];

const PRICES: Readonly<Record<Type, Partial<OrderTicket>>> = {
  market: { limitPrice: null },
  limit: { limitPrice: "100" },
  stop: { limitPrice: null, stopPrice: "100" },
  stop_limit: { limitPrice: "100", stopPrice: "100" },
  trailing_stop: { limitPrice: null, trailPercent: "1" },
  market_if_touched: { limitPrice: null, stopPrice: "100" },
};
const PROFIT = { takeProfit: { limitPrice: "110" } };
const LOSS = { stopLoss: { stopPrice: "90", limitPrice: null } };

/** The exits that a class needs; an OCO order is its own take profit. */
function exitsOf(orderClass: Class, type: Type): Partial<OrderTicket> {
  if (orderClass === "simple") return {};
  if (orderClass === "oto") return LOSS;
  if (orderClass === "bracket") return { ...PROFIT, ...LOSS };
  return { ...PROFIT, ...LOSS, side: "sell", ...(type === "limit" ? { limitPrice: "110" } : {}) };
}

const GOOD_TIL = Date.UTC(2030, 0, 1);
const ASKS: Readonly<Record<OrderInstruction, Partial<OrderTicket>>> = {
  extended_hours: { extendedHours: true },
  notional: { qty: null, notional: "100" },
  display_qty: { instructions: { displayQty: "0.5" } },
  hidden: { instructions: { hidden: true } },
  post_only: { instructions: { postOnly: true } },
  min_qty: { instructions: { minQty: "0.5" } },
  all_or_none: { instructions: { allOrNone: true } },
  peg: { instructions: { peg: { to: "mid", offset: "0.01" } } },
  self_trade_prevention: { instructions: { selfTrade: "decrement" } },
};

/** A complete ticket of this type, time in force and class, with these instructions. */
function ticketOf(type: Type, timeInForce: Time, orderClass: Class, ...asked: OrderInstruction[]): OrderTicket {
  let instructions: Instructions = timeInForce === "gtd" ? { expiresAt: GOOD_TIL } : {};
  let ticket = ticketWith({ type, timeInForce, orderClass, ...PRICES[type], ...exitsOf(orderClass, type) });
  for (const condition of asked) {
    instructions = { ...instructions, ...ASKS[condition].instructions };
    ticket = { ...ticket, ...ASKS[condition] };
  }
  return { ...ticket, instructions };
}

/** Instants around a trading Friday in New York (UTC-5); their sessions are checked below. */
const ARRIVALS: Readonly<Record<OrderSession, readonly string[]>> = {
  always: ["2026-11-20T15:00:00Z"],
  overnight: ["2026-11-20T03:00:00Z"],
  pre: ["2026-11-20T10:00:00Z"],
  opening: ["2026-11-20T14:27:00Z", "2026-11-20T14:29:00Z"],
  regular: ["2026-11-20T18:00:00Z", "2026-11-20T20:51:00Z"],
  closing: ["2026-11-20T21:00:01Z"],
  post: ["2026-11-19T22:00:00Z", "2026-11-20T00:30:00Z"],
  // After a half day it is closed before auction orders are taken again.
  closed: ["2026-11-21T18:00:00Z", "2026-11-27T22:30:00Z"],
};

function hoursOf(session: OrderSession, arrival: string): SessionRules {
  const calendar = session === "always" ? "always" : "us_equities";
  const hours = sessionRules(calendar, Date.parse(arrival));
  expect(orderSession(calendar, hours.now)).toBe(session);
  return hours;
}

/** The reason for which a ticket is refused, by validation or by the session rules if given; null when it is accepted. */
function reasonOf(ticket: OrderTicket, hours: SessionRules | null): string | null {
  const read = validateOrder(ticket, SEEDED);
  if (!read.ok) return read.refusal.reason;
  return hours === null ? null : (checkHours({ order: read.value, hours })?.reason ?? null);
}

const COMBINATIONS = ORDER_TYPES.flatMap((type) =>
  TIMES_IN_FORCE.flatMap((time) => ORDER_CLASSES.map((orderClass) => [type, time, orderClass] as const)),
);

test.each(ORDER_SESSIONS)(
  "AC-21, AC-27: %s: every order is accepted or refused as its cell of the matrix says",
  (session) => {
    for (const [type, time, orderClass] of COMBINATIONS) {
      for (const extended of combines("extended_hours", type, time, orderClass) ? [false, true] : [false]) {
        const found = cell(type, time, orderClass, session, extended);
        const ticket = ticketOf(type, time, orderClass, ...(extended ? (["extended_hours"] as const) : []));
        const reasons = ARRIVALS[session].map((arrival) => reasonOf(ticket, hoursOf(session, arrival)));
        const expected = "reason" in found ? found.reason : null;
        const name = `${type} ${time} ${orderClass} ${session}`;
        if (found.verdict === "waits" && expected !== null) {
          // Depends on the auction window: accepted at one of the two times and refused at the other.
          expect(new Set(reasons), name).toEqual(new Set([null, expected]));
        } else {
          expect(new Set(reasons), name).toEqual(new Set([expected]));
        }
      }
    }
  },
);

/** Instructions whose refusal has its own reason. */
const REFUSAL: Partial<Record<OrderInstruction, string>> = {
  extended_hours: "extended_hours_type",
  notional: "notional_unsupported",
};

test.each(ORDER_INSTRUCTIONS)("AC-21, AC-23: %s is accepted with the orders that the table names", (asked) => {
  const verdicts = new Set<boolean>();
  for (const [type, time, orderClass] of COMBINATIONS) {
    const plain = reasonOf(ticketOf(type, time, orderClass), null);
    const may = combines(asked, type, time, orderClass);
    const expected = plain ?? (may ? null : (REFUSAL[asked] ?? "condition_unsupported"));
    expect(reasonOf(ticketOf(type, time, orderClass, asked), null), `${type} ${time} ${orderClass}`).toBe(expected);
    verdicts.add(may);
  }
  expect(verdicts.size).toBe(2);
});

test("AC-21, AC-23: exactly the listed pairs of instructions exclude each other", () => {
  const met = new Set<string>();
  for (const [type, time, orderClass] of COMBINATIONS) {
    const possible = ORDER_INSTRUCTIONS.filter((condition) => combines(condition, type, time, orderClass));
    for (const first of possible) {
      for (const second of possible.slice(possible.indexOf(first) + 1)) {
        const excluded = EXCLUSIVE.some((pair) => pair.includes(first) && pair.includes(second));
        const reason = reasonOf(ticketOf(type, time, orderClass, first, second), null);
        const name = `${type} ${time} ${orderClass}: ${first}, ${second}`;
        expect(reason, name).toBe(excluded ? "conditions_conflict" : null);
        if (excluded) met.add(`${first} ${second}`);
      }
    }
  }
  // For each pair there are orders that may carry both.
  expect(met.size).toBe(EXCLUSIVE.length);
});

test("AC-21: the matrix has the orders that the rules of the book name, and no others", () => {
  const taken = (session: OrderSession) =>
    COMBINATIONS.filter(([type, time, orderClass]) => cell(type, time, orderClass, session).verdict !== "refused");
  // Two plain types, four with a trigger, groups of four types in two classes and of one in the third; 3 times that rest.
  const resting = (2 + 4 + 2 * 4 + 1) * 3;
  expect(taken("always").length).toBe(resting + 2 * 2);
  expect(taken("regular").length).toBe(resting + 2 * 2 + 2);
  expect(taken("pre").length).toBe(resting + 2 * 2);
  expect(cell("limit", "gtc", "simple", "pre")).toEqual({ verdict: "waits" });
  expect(cell("limit", "gtc", "simple", "pre", true)).toEqual({ verdict: "live" });
  expect(cell("market", "day", "simple", "closed")).toEqual({ verdict: "waits" });
  expect(cell("limit", "opg", "simple", "always")).toEqual({ verdict: "refused", reason: "no_auction" });
});
