import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ORDER_TYPES, rulesOf } from "../../../domain/order/orderType.ts";
import {
  classRefused,
  instructionRefused,
  ORDER_CLASSES,
  timeRefused,
  TIMES_IN_FORCE,
} from "../orders/ticketChoices.ts";
import { EMPTY_FORM, faultsOf, neededFields, requestOf, type TicketForm } from "../orders/ticketForm.ts";
import type { Command } from "./command.ts";
import { complete, score, search } from "./complete.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";

const SYMBOLS = ["AAPL", "MSFT", "M", "BTC/USD"];
const find = (word: string): string | null => SYMBOLS.find((symbol) => symbol === word.toUpperCase()) ?? null;

/** Texts with the body that is sent for each. */
const ORDERS: readonly (readonly [text: string, body: object])[] = [
  ["buy 100 aapl l 190.5 gtc", { side: "buy", qty: "100", type: "limit", limit_price: "190.5", time_in_force: "gtc" }],
  ["AAPL BUY 100 L 190.5 GTC", { side: "buy", qty: "100", type: "limit", limit_price: "190.5", time_in_force: "gtc" }],
  ["sell $500 aapl m", { side: "sell", notional: "500", type: "market", time_in_force: "day" }],
  ["buy 1 m m", { side: "buy", qty: "1", type: "market", time_in_force: "day", symbol: "M" }],
  ["buy .5 btc/usd", { side: "buy", qty: ".5", type: "market", time_in_force: "day", symbol: "BTC/USD" }],
  [
    "buy 10 aapl bracket tp 200 sl 180",
    {
      side: "buy",
      qty: "10",
      type: "market",
      time_in_force: "day",
      order_class: "bracket",
      take_profit: { limit_price: "200" },
      stop_loss: { stop_price: "180" },
    },
  ],
  [
    "sell 10 aapl tp 200 sl 180/179",
    {
      side: "sell",
      qty: "10",
      type: "limit",
      time_in_force: "day",
      order_class: "oco",
      take_profit: { limit_price: "200" },
      stop_loss: { stop_price: "180", limit_price: "179" },
    },
  ],
  ["sell 5 aapl trail 2%", { side: "sell", qty: "5", type: "trailing_stop", trail_percent: "2", time_in_force: "day" }],
  [
    "sell 5 aapl trail 1.5",
    { side: "sell", qty: "5", type: "trailing_stop", trail_price: "1.5", time_in_force: "day" },
  ],
  [
    "buy 5 aapl stop 200 limit 201 gtc",
    { side: "buy", qty: "5", type: "stop_limit", stop_price: "200", limit_price: "201", time_in_force: "gtc" },
  ],
  [
    "buy 5 aapl touch 150",
    { side: "buy", qty: "5", type: "market_if_touched", stop_price: "150", time_in_force: "day" },
  ],
  [
    "buy 5 aapl l 150 ext post show 1",
    {
      side: "buy",
      qty: "5",
      type: "limit",
      limit_price: "150",
      time_in_force: "day",
      extended_hours: true,
      advanced_instructions: { post_only: true, display_qty: "1" },
    },
  ],
];

const OTHERS: readonly (readonly [text: string, command: Command])[] = [
  ["aapl", { kind: "show", symbol: "AAPL" }],
  ["alert aapl > 200", { kind: "alert", symbol: "AAPL", condition: "above", price: "200" }],
  ["alert aapl<150.5", { kind: "alert", symbol: "AAPL", condition: "below", price: "150.5" }],
  ["flat", { kind: "flat", symbol: null }],
  ["flat aapl", { kind: "flat", symbol: "AAPL" }],
  ["cancel all", { kind: "cancel", symbol: null }],
  ["CANCEL AAPL", { kind: "cancel", symbol: "AAPL" }],
  ["close 50% aapl", { kind: "close", symbol: "AAPL", percent: "50" }],
  ["close aapl", { kind: "close", symbol: "AAPL", percent: "100" }],
  ["kill", { kind: "kill", on: true }],
  ["kill off", { kind: "kill", on: false }],
];

/** Texts that are wrong, with the word at which the problem is. */
const WRONG: readonly (readonly [text: string, word: string])[] = [
  ["buy 100 nope", "nope"],
  ["buy lots aapl", "lots"],
  ["buy 100 aapl l 190,5", "190,5"],
  ["buy 100 aapl l 190 l 191", "l"],
  ["buy 100 aapl gtc day", "day"],
  ["buy 100 aapl m l 190", "m"],
  ["buy 100 aapl stop 200 trail 2%", "trail"],
  ["buy 100 aapl stop 200 ioc", "ioc"],
  ["buy 100 aapl trail 2% bracket tp 300 sl 100", "bracket"],
  ["sell 100 aapl bracket tp 300 sl 100", "bracket"],
  ["buy 100 aapl oco tp 300 sl 100", "oco"],
  ["buy 100 aapl m post", "post"],
  ["buy 100 aapl l 190 hidden show 10", "show"],
  ["buy $100 aapl l 190", "$100"],
  ["buy 1 aapl gtd tomorrow", "tomorrow"],
  ["alert aapl = 200", "="],
  ["close 150% aapl", "150%"],
  ["flat aapl now", "now"],
  ["aapl hold", "hold"],
];

/** Texts that are not complete, with a word or value that may follow. */
const UNFINISHED: readonly (readonly [text: string, next: string])[] = [
  ["", "buy"],
  ["buy", "size"],
  ["buy 100", "symbol"],
  ["buy 100 aapl l", "price"],
  ["buy 100 aapl bracket", "tp"],
  ["buy 100 aapl bracket tp 200", "sl"],
  ["buy 100 aapl gtd", "time"],
  ["alert", "symbol"],
  ["alert aapl", "above"],
  ["cancel", "all"],
];

describe("UI-71: the grammar of the command line", () => {
  test.each(ORDERS)("%s", (text, body) => {
    const parsed = parse(text, find);
    expect(parsed).toMatchObject({ ok: true, command: { kind: "order" } });
    if (!parsed.ok || parsed.command.kind !== "order") return;
    const { form, symbol } = parsed.command;
    expect(faultsOf(form)).toEqual({});
    expect(requestOf(form, symbol)).toEqual({ symbol: "AAPL", ...body });
  });

  test.each(OTHERS)("%s", (text, command) => {
    expect(parse(text, find)).toMatchObject({ ok: true, command });
  });

  test.each(WRONG)("%s is wrong at %s", (text, word) => {
    const parsed = parse(text, find);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.problem).not.toBeNull();
    const { from = 0, to = 0 } = parsed.problem ?? {};
    expect(text.slice(from, to)).toBe(word);
  });

  test.each(UNFINISHED)("%s may go on with %s", (text, next) => {
    const parsed = parse(text, find);
    if (parsed.ok) throw new Error("complete");
    expect(parsed.problem).toBeNull();
    const names = parsed.expected.map((each) =>
      each.kind === "word" ? each.word : each.kind === "value" ? each.name : each.kind,
    );
    expect(names).toContain(next);
  });

  test("a text that begins no command is a search", () => {
    expect(parse("portf", find)).toMatchObject({ ok: false, isSearch: true });
  });
});

const amount = fc.integer({ min: 1, max: 1_000_000 }).map((cents) => String(cents / 100));
const maybe = fc.option(amount, { nil: "" });

/** Every order that the matrix has and the command line can say. */
const orders: fc.Arbitrary<Command> = fc
  .record({
    side: fc.constantFrom("buy" as const, "sell" as const),
    type: fc.constantFrom(...ORDER_TYPES),
    timeInForce: fc.constantFrom(...TIMES_IN_FORCE),
    orderClass: fc.constantFrom(...ORDER_CLASSES),
    exit: fc.constantFrom("take_profit" as const, "stop_loss" as const),
    trailUnit: fc.constantFrom("price" as const, "percent" as const),
    postOnly: fc.boolean(),
    extendedHours: fc.boolean(),
    displayQty: maybe,
    stopLossLimit: maybe,
    amounts: fc.array(amount, { minLength: 6, maxLength: 6 }),
    symbol: fc.constantFrom(...SYMBOLS),
  })
  .map(({ amounts, symbol, ...chosen }) => {
    const [size = "", limit = "", stop = "", trail = "", profit = "", loss = ""] = amounts;
    const wanted: TicketForm = { ...EMPTY_FORM, ...chosen, amount: size };
    const needs = neededFields(wanted);
    const form: TicketForm = {
      ...wanted,
      limitPrice: needs.includes("limitPrice") ? limit : "",
      stopPrice: needs.includes("stopPrice") ? stop : "",
      trail: needs.includes("trail") ? trail : "",
      trailUnit: needs.includes("trail") ? wanted.trailUnit : "percent",
      takeProfit: needs.includes("takeProfit") ? profit : "",
      stopLoss: needs.includes("stopLoss") ? loss : "",
      stopLossLimit: needs.includes("stopLoss") ? wanted.stopLossLimit : "",
      exit: wanted.orderClass === "oto" ? wanted.exit : "take_profit",
      goodTil: wanted.timeInForce === "gtd" ? "2030-01-02T16:00" : "",
    };
    return { kind: "order" as const, symbol, form };
  })
  .filter(
    ({ form }) =>
      classRefused(form, form.orderClass) === null &&
      timeRefused(form, form.timeInForce, null) === null &&
      (!form.extendedHours || instructionRefused(form, "extended_hours") === null) &&
      (!form.postOnly || instructionRefused(form, "post_only") === null) &&
      (form.displayQty === "" || instructionRefused(form, "display_qty") === null),
  );

test("UI-71: what is printed is read as it was", () => {
  const others = fc.constantFrom(...OTHERS.map(([, command]) => command));
  fc.assert(
    fc.property(fc.oneof(orders, others), (command) => {
      const text = print(command);
      const parsed = parse(text, find);
      expect(parsed).toMatchObject({ ok: true, command });
      if (parsed.ok) expect(print(parsed.command)).toBe(text);
    }),
  );
});

test("UI-71: no text makes the parser fail, and a problem lies within it", () => {
  const words = fc.constantFrom(
    "buy",
    "sell",
    "10",
    "$5",
    "aapl",
    "l",
    "190",
    "tp",
    "sl",
    "gtc",
    "<",
    "x,y",
    "flat",
    "%",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string())), (typed) => {
      const text = typed.join(" ");
      const parsed = parse(text, find);
      if (parsed.ok || parsed.problem === null) return;
      const { from, to } = parsed.problem;
      expect(from >= 0 && from < to && to <= text.length).toBe(true);
    }),
  );
});

describe("UI-72: completion", () => {
  test("the words that fit, by their beginning", () => {
    expect(complete("b", find)).toMatchObject({ base: "", part: "b", words: ["buy"] });
    expect(complete("buy 100 aapl g", find).words).toEqual(["gtc", "gtd"]);
    expect(complete("buy 100 a", find)).toMatchObject({ base: "buy 100 ", part: "a", symbol: true });
    expect(complete("sell 5 aapl trail 2% ", find).words).not.toContain("ioc");
  });

  test("a search finds beginnings before scattered letters", () => {
    const names = ["Go to Portfolio", "Theme: dark", "Open the command line"];
    expect(search(names, (name) => name, "port", 3)[0]).toBe("Go to Portfolio");
    expect(score("Theme: dark", "thdk")).not.toBeNull();
    expect(score("Theme: dark", "xyz")).toBeNull();
  });
});

test("UI-70: a form needs the prices that its type has", () => {
  for (const type of ORDER_TYPES) {
    const needed = neededFields({ ...EMPTY_FORM, type });
    expect(needed.includes("limitPrice")).toBe(rulesOf(type).needs.includes("limit"));
    expect(needed.includes("stopPrice")).toBe(rulesOf(type).needs.includes("stop"));
  }
});
