/** The page of accepted orders, generated from the order matrix and the validation of tickets. */
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
import { bullet, paragraph, table } from "./markdown.ts";

/** The whole page, as Markdown. */
export function ordersPage(): string {
  const parts = [
    "# Orders",
    paragraph(
      "`npm run docs:orders` makes this page from `domain/order/` and `domain/market/orderMatrix.ts`, the tables by which every order is " +
        "validated. [matching.md](matching.md) describes how orders trade.",
    ),
    "## Types, times in force and classes",
    "For each type the times in force and the classes that are accepted. An order on its own is `simple`.",
    combinations(),
    "## Prices",
    "The prices that each type needs; other prices are refused.",
    prices(),
    "## Sessions",
    paragraph(
      "`live`: the order is live at once; in an auction call it is collected for the auction. `waits`: it is accepted, and waits for its " +
        "session, its auction, or a market in which its trigger is watched. `window`: it waits within the hours in which such orders are " +
        "accepted (opg from 19:00 to 9:28 New York, cls from 19:00 to ten minutes before the close), and is refused outside them. " +
        "Symbols that trade around the clock are in the session `always`.",
    ),
    sessions(),
    "## Instructions",
    "`extended_hours` and `notional` are fields of the order, the others of its `advanced_instructions`.",
    instructions(),
    "Pairs that exclude each other:",
    EXCLUSIVE.map(([first, second]) => `- \`${first}\` and \`${second}\``).join("\n"),
    "## Refusals by this table",
    "Each reason with one order that is refused for it.",
    refusals(),
  ];
  return `${parts.join("\n\n")}\n`;
}

const code = (word: string): string => `\`${word}\``;

function combinations(): string {
  const classes = (type: OrderType, time: TimeInForce) =>
    ORDER_CLASSES.filter((each) => refusedAlways(type, time, each) === null).join(", ");
  return ORDER_TYPES.map((type) => {
    const timesOf = new Map<string, string[]>();
    for (const time of TIMES_IN_FORCE) {
      const taken = classes(type, time);
      if (taken !== "") timesOf.set(taken, [...(timesOf.get(taken) ?? []), code(time)]);
    }
    return bullet(`${code(type)}: ${[...timesOf].map(([taken, times]) => `${times.join(" ")}: ${taken}`).join("; ")}.`);
  }).join("\n");
}

/** The sets of prices that an order of each type may have, found by validating all sets. */
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
    return [...verdicts].flatMap(([key, which]) =>
      namedInRows(which).map((name) => [name + (extended ? " with `extended_hours`" : ""), key]),
    );
  });
  return table(["", ...ORDER_SESSIONS.map(code)], rows);
}

function pairs(): [OrderType, TimeInForce][] {
  return ORDER_TYPES.flatMap((type) => TIMES_IN_FORCE.map((time): [OrderType, TimeInForce] => [type, time]));
}

/** Names orders briefly: types with the same times in force are grouped. */
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

/** The same in names of at most three types, which fit into a column. */
function namedInRows(which: readonly (readonly [OrderType, TimeInForce])[]): string[] {
  const types = [...new Set(which.map(([type]) => type))];
  const rows = Array.from({ length: Math.ceil(types.length / 3) }, (_, row) => types.slice(row * 3, row * 3 + 3));
  return rows.map((row) => named(which.filter(([type]) => row.includes(type))));
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
    return [...classesOf].map(([which, classes]) => `${classes.join(", ")}: ${which}`).join("; ") || "none";
  };
  return ORDER_INSTRUCTIONS.map((each) =>
    bullet(`${code(each)}: ${meaningOf(each)}. Simple orders: ${orders(each, "simple")}. Groups: ${groups(each)}.`),
  ).join("\n");
}

/** Each reason with the text of the first order that is refused for it. */
function refusals(): string {
  const rows = new Map<CellReason, string>();
  for (const [type, timeInForce] of pairs()) {
    for (const orderClass of ORDER_CLASSES) {
      for (const session of ORDER_SESSIONS) {
        const found = cell(type, timeInForce, orderClass, session);
        if (found.verdict !== "refused" || rows.has(found.reason)) continue;
        const { status, body } = wireError({ reason: found.reason, type, timeInForce, orderClass });
        const order = `${[type, timeInForce, orderClass].map(code).join(" ")}, ${session}`;
        const refusal = `${status} ${code(body.reason)} (${body.code}): ${body.message}`;
        rows.set(found.reason, bullet(`${order}: ${refusal}.`));
      }
    }
  }
  return [...rows.values()].join("\n");
}
