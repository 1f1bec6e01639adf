import { SEEDED } from "../../domain/market/listing.ts";
import { expect, test } from "vitest";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Instructions } from "../../domain/account/entry/instructions.ts";
import type { ValidatedOrder } from "../../domain/account/entry/validated.ts";
import { cell, readTable, textOf } from "./table.ts";
import type { Row } from "./table.ts";

type Asked = Pick<OrderTicket, "instructions" | "positionIntent">;

/** The instruction of one word of the column `ask`. */
function asked(word: string): Asked {
  const [name = "", value = ""] = word.split("=");
  const [to = "", offset = null] = value.split(":");
  const instructions: Record<string, Instructions> = {
    display_qty: { displayQty: value },
    hidden: { hidden: true },
    min_qty: { minQty: value },
    all_or_none: { allOrNone: true },
    post_only: { postOnly: true },
    peg: { peg: { to, offset } },
    stp: { selfTrade: value },
    expires_at: { expiresAt: Number(value) },
  };
  if (name === "intent") return { positionIntent: value };
  const instruction = instructions[name];
  if (instruction === undefined) throw new Error(`no such instruction: ${name}`);
  return { instructions: instruction };
}

function ticketOf(row: Row): OrderTicket {
  const text = (column: string) => textOf(cell(row, column));
  const trails = text("trail")?.split("+") ?? [];
  const [stopPrice = null, limitPrice = null] = text("sl")?.split("/").map(textOf) ?? [];
  const asks = (text("ask")?.split(",") ?? []).map(asked);
  const instructions = asks.reduce<Instructions>((all, each) => ({ ...all, ...each.instructions }), {});
  const percent = trails.find((trail) => trail.endsWith("%"));
  return {
    symbol: "AAPL",
    qty: "1",
    notional: null,
    extendedHours: false,
    clientOrderId: null,
    side: text("side") ?? "",
    type: text("type") ?? "",
    timeInForce: text("tif") ?? "",
    orderClass: text("class") ?? "",
    limitPrice: text("limit"),
    stopPrice: text("stop"),
    trailPrice: trails.find((trail) => !trail.endsWith("%")) ?? null,
    trailPercent: percent === undefined ? null : percent.slice(0, -1),
    takeProfit: { limitPrice: text("tp") },
    stopLoss: { stopPrice, limitPrice },
    positionIntent: asks.find((each) => each.positionIntent)?.positionIntent ?? null,
    instructions,
  };
}

/** Every amount of a validated ticket, as the column `result` writes it. */
function amounts({ limitPrice, stopPrice, terms, takeProfit, stopLoss, goodTil }: ValidatedOrder): string {
  const { trigger, display, postOnly, minQty, allOrNone, peg, selfTrade } = terms;
  if (trigger?.kind !== "trail") expect(stopPrice).toBe(trigger?.price ?? null);
  const words = [
    limitPrice === null ? [] : [`limit:${limitPrice}`],
    trigger === undefined ? [] : trigger.kind === "trail" ? [] : [`${trigger.kind}:${trigger.price}`],
    trigger?.kind !== "trail"
      ? []
      : "amount" in trigger
        ? [`trail:${trigger.amount}`]
        : [`trail:${trigger.basisPoints}bp`],
    takeProfit === null ? [] : [`tp:${takeProfit.limitPrice}`],
    stopLoss === null
      ? []
      : [`sl:${stopLoss.stopPrice}${stopLoss.limitPrice === null ? "" : `/${stopLoss.limitPrice}`}`],
    display === undefined ? [] : [`display:${display}`],
    minQty === undefined ? [] : [`min:${minQty}`],
    allOrNone ? ["aon"] : [],
    postOnly ? ["post"] : [],
    peg === undefined ? [] : [`peg:${peg.to}:${peg.offset}`],
    selfTrade === undefined ? [] : [`stp:${selfTrade}`],
    goodTil === null ? [] : [`till:${goodTil}`],
  ].flat();
  return words.length === 0 ? "ok" : words.join(",");
}

function result(ticket: OrderTicket): string {
  const read = validateOrder(ticket, SEEDED);
  if (read.ok) return amounts(read.value);
  const { refusal } = read;
  return "field" in refusal && refusal.field !== undefined ? `${refusal.reason}:${refusal.field}` : refusal.reason;
}

test.each(readTable(new URL("orderTypes.txt", import.meta.url)))("AC-22 to AC-26: $at", (row) => {
  expect(result(ticketOf(row))).toBe(cell(row, "result"));
});

const BARE = ticketOf({
  at: "",
  cells: {
    side: "buy",
    type: "limit",
    tif: "day",
    class: "''",
    limit: "268",
    stop: "-",
    trail: "-",
    tp: "-",
    sl: "-",
    ask: "-",
  },
});

test("AC-2: the offset of a pegged order is on the tick of its limit", () => {
  const peg = (limitPrice: string, offset: string) =>
    result({ ...BARE, limitPrice, instructions: { peg: { to: "primary", offset } } });
  expect(peg("0.5", "0.0001")).toBe("limit:5000,peg:primary:1");
  expect(peg("1", "0.0001")).toBe("price_increment:advanced_instructions.peg.offset");
});

test("AC-24, AC-25: the exits of an entry of unknown price are compared only with each other", () => {
  const market = { ...BARE, type: "market", limitPrice: null, qty: null, notional: "100" };
  expect(result(market)).toBe("ok");
  expect(result({ ...market, instructions: { minQty: "1" } })).toBe("conditions_conflict");
  expect(result({ ...market, orderClass: "oto", takeProfit: { limitPrice: "1" } })).toBe("notional_unsupported");
  expect(result({ ...market, orderClass: "oto", qty: "1", notional: null, takeProfit: { limitPrice: "1" } })).toBe(
    "tp:10000",
  );
});
