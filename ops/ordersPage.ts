/** The page that says which orders the venue takes, made from the order matrix and from reading tickets. */
import { SEEDED } from "../domain/market/listing.ts";
import type { TimeInForce } from "../domain/order/timeInForce.ts";
import type { OrderType } from "../domain/order/orderType.ts";
import { validateOrder } from "../domain/account/entry/validateOrder.ts";
import { cell, ORDER_SESSIONS } from "../domain/market/orderMatrix.ts";
import { refusedAlways } from "../domain/order/combinations.ts";
import {
  combines,
  EXCLUSIVE,
  meaningOf,
  ORDER_INSTRUCTIONS,
  type OrderInstruction,
} from "../domain/order/instructions.ts";
import { ORDER_CLASSES } from "../domain/order/orderClass.ts";
import { TIMES_IN_FORCE } from "../domain/order/timeInForce.ts";
import { ORDER_TYPES } from "../domain/order/orderType.ts";
import type { Cell, CellReason } from "../domain/market/orderMatrix.ts";
import type { OrderClass } from "../domain/order/orderClass.ts";
import { wireError } from "../protocol/errors/catalogue.ts";

/** The whole page, as Markdown. */
export function ordersPage(): string {
  const parts = [
    "# Orders",
    "Made from `domain/order/` and `domain/market/orderMatrix.ts` by `npm run docs:orders`; the same tables judge every order. How orders trade is in\n[matching.md](matching.md).",
    "## Types, times in force and classes",
    "Each cell has the classes that are taken; an order on its own is `simple`.",
    combinations(),
    "## Prices",
    "What each type needs, and nothing else.",
    prices(),
    "## Sessions",
    "`live`: takes part at once, in an auction as one of those it gathers. `waits`: is taken, and waits for its session, its auction or\na market in which its trigger is watched. Symbols that trade around the clock are in the session `always`. opg orders are taken from 19:00 to\n9:28 New York, cls orders from 19:00 to ten minutes before the close: `window` is `waits` within these hours, and refused outside them.",
    sessions(),
    "## What else can be asked for",
    "`extended_hours` and `notional` are fields of the order, the others of its `advanced_instructions`.",
    instructions(),
    "These exclude each other:",
    EXCLUSIVE.map(([first, second]) => `- \`${first}\` and \`${second}\``).join("\n"),
    "## Refusals by this table",
    refusals(),
  ];
  return `${parts.join("\n\n")}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const code = (word: string): string => `\`${word}\``;

function combinations(): string {
  const classes = (type: OrderType, time: TimeInForce) =>
    ORDER_CLASSES.filter((each) => refusedAlways(type, time, each) === null).join(", ") || "-";
  return table(
    ["", ...TIMES_IN_FORCE.map(code)],
    ORDER_TYPES.map((type) => [code(type), ...TIMES_IN_FORCE.map((time) => classes(type, time))]),
  );
}

/** Which sets of prices an order of each type may have: found by trying them all. */
function prices(): string {
  const fields = ["limit_price", "stop_price", "trail_price", "trail_percent"] as const;
  const sets = Array.from({ length: 2 ** fields.length }, (_, bits) =>
    fields.filter((_field, nth) => bits & (1 << nth)),
  );
  const accepted = (type: OrderType, given: readonly string[]) => {
    const price = (field: (typeof fields)[number]) => (given.includes(field) ? "100" : null);
    const percent = given.includes("trail_percent") ? "1" : null;
    return validateOrder(
      {
        symbol: "AAPL",
        side: "buy",
        type,
        timeInForce: "day",
        qty: "1",
        notional: null,
        orderClass: "",
        limitPrice: price("limit_price"),
        stopPrice: price("stop_price"),
        trailPrice: price("trail_price"),
        trailPercent: percent,
        extendedHours: false,
        clientOrderId: null,
      },
      SEEDED,
    ).ok;
  };
  const needs = (type: OrderType) =>
    sets
      .filter((given) => accepted(type, given))
      .map((given) => given.map(code).join(" and ") || "none")
      .join(", or ");
  return table(
    ["type", "prices"],
    ORDER_TYPES.map((type) => [code(type), needs(type)]),
  );
}

const wordOf = (found: Cell): string => {
  if (found.verdict === "waits" && found.reason !== undefined) return "window";
  return found.verdict === "refused" ? "-" : found.verdict;
};

function sessions(): string {
  const rows = [false, true].flatMap((extended) => {
    const verdicts = new Map<string, [OrderType, TimeInForce][]>();
    for (const [type, time] of pairs()) {
      if (refusedAlways(type, time, "simple") !== null) continue;
      if (extended && !combines("extended_hours", type, time, "simple")) continue;
      const key = ORDER_SESSIONS.map((session) => wordOf(cell(type, time, "simple", session, extended))).join(" | ");
      verdicts.set(key, [...(verdicts.get(key) ?? []), [type, time]]);
    }
    return [...verdicts].map(([key, which]) => [named(which) + (extended ? " with `extended_hours`" : ""), key]);
  });
  return table(["", ...ORDER_SESSIONS.map(code)], rows);
}

function pairs(): [OrderType, TimeInForce][] {
  return ORDER_TYPES.flatMap((type) => TIMES_IN_FORCE.map((time): [OrderType, TimeInForce] => [type, time]));
}

/** Names orders briefly: types that have the same times in force together. */
function named(which: readonly (readonly [OrderType, TimeInForce])[]): string {
  const timesOf = new Map<OrderType, TimeInForce[]>();
  for (const [type, time] of which) timesOf.set(type, [...(timesOf.get(type) ?? []), time]);
  const typesOf = new Map<string, OrderType[]>();
  for (const [type, times] of timesOf) {
    const key = times.map(code).join(" ");
    typesOf.set(key, [...(typesOf.get(key) ?? []), type]);
  }
  return [...typesOf].map(([times, types]) => `${types.map(code).join(" ")}: ${times}`).join("; ");
}

function instructions(): string {
  const orders = (instruction: OrderInstruction, orderClass: OrderClass) =>
    named(pairs().filter(([type, time]) => combines(instruction, type, time, orderClass)));
  const groups = (instruction: OrderInstruction) => {
    const classesOf = new Map<string, OrderClass[]>();
    for (const orderClass of ORDER_CLASSES.filter((each) => each !== "simple")) {
      const which = orders(instruction, orderClass);
      if (which !== "") classesOf.set(which, [...(classesOf.get(which) ?? []), orderClass]);
    }
    return [...classesOf].map(([which, classes]) => `${classes.join(", ")}: ${which}`).join("<br>") || "-";
  };
  return table(
    ["", "", "simple orders", "groups"],
    ORDER_INSTRUCTIONS.map((each) => [code(each), meaningOf(each), orders(each, "simple"), groups(each)]),
  );
}

/** Each reason with the text of the first order that is refused for it. */
function refusals(): string {
  const rows = new Map<CellReason, readonly string[]>();
  for (const [type, timeInForce] of pairs()) {
    for (const orderClass of ORDER_CLASSES) {
      for (const session of ORDER_SESSIONS) {
        const found = cell(type, timeInForce, orderClass, session);
        if (found.verdict !== "refused" || rows.has(found.reason)) continue;
        const { status, body } = wireError({ reason: found.reason, type, timeInForce, orderClass });
        const order = `${[type, timeInForce, orderClass].map(code).join(" ")}, ${session}`;
        rows.set(found.reason, [order, String(status), code(body.reason), String(body.code), body.message]);
      }
    }
  }
  return table(["for example", "status", "reason", "code", "message"], [...rows.values()]);
}
