import { expect, test } from "vitest";
import { requireInstrument } from "../../domain/market/listing.ts";
import { ORDER_TYPES } from "../../domain/order/orderType.ts";
import { TIMES_IN_FORCE } from "../../domain/order/timeInForce.ts";
import type { OpenOrder, ReplaceChange, RiskFacts, RiskOrder } from "../../domain/risk/facts.ts";
import { everyRefusal, firstRefusal, RISK_RULES } from "../../domain/risk/rules.ts";
import type { RiskRefusal } from "../../domain/risk/refusal.ts";
import {
  NO_CONTROLS,
  type RiskControls,
  type RiskLimits,
  type RiskSettings,
  type SymbolLimits,
} from "../../domain/risk/limits.ts";
import { DUPLICATE_MODES } from "../../domain/risk/settingWords.ts";
import { sessionRules } from "../../domain/market/sessionRules.ts";
import { NO_SETTINGS, riskFacts, riskOrder } from "../../domain/risk/testing.ts";
import { cell, readTable, textOf } from "./table.ts";
import type { Row } from "./table.ts";

const rows = readTable(new URL("risk.txt", import.meta.url));
type Writable<T> = { -readonly [K in keyof T]?: T[K] };

const dollars = (word: string): number => Math.round(Number(word) * 10_000);
const price = (word: string): number | null => (word === "-" ? null : dollars(word));

/** A refusal as a row has it: the reason, and every number. */
function wordsOf({ reason, ...numbers }: RiskRefusal): string {
  const parts = Object.entries(numbers).map(
    ([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
  );
  return parts.length === 0 ? reason : `${reason}(${parts.join(",")})`;
}

function factsOf(row: Row): RiskFacts {
  const symbol = cell(row, "symbol");
  const listed = requireInstrument(symbol);
  const lots = (word: string): number => Math.round(Number(word) * 10 ** listed.qtyDecimals);
  const side = cell(row, "side") === "buy" ? "buy" : "sell";
  const type = ORDER_TYPES.find((each) => each === cell(row, "type"));
  if (type === undefined) throw new Error(`${row.at}: no such type`);
  const [limitPrice, stopPrice] = [price(cell(row, "limit")), price(cell(row, "stop"))];
  const order: Writable<RiskOrder> = { symbol, side, type, qty: lots(cell(row, "qty")), limitPrice };
  if (stopPrice !== null) Object.assign(order, { stopPrice, terms: { trigger: { kind: "stop", price: stopPrice } } });
  const facts: Writable<RiskFacts> = {};
  const position = { available: 10 ** 13, held: 0 };
  const settings: Writable<RiskSettings> = {};
  const controls: Writable<RiskControls> = {};
  const limits = { owner: limitsOf(symbol), exchange: limitsOf(symbol), plan: limitsOf(symbol) };
  const setLimit = (text: string): void => {
    const [by, kind = "", amount = ""] = text.split("/");
    const of = limits[by === "owner" || by === "plan" ? by : "exchange"];
    const inDollars = kind.endsWith("Value");
    const value = inDollars ? dollars(amount) : lots(amount);
    if (kind === "orderValue" || kind === "positionValue") of[kind] = value;
    else if (kind === "allOrderQty") of.orderQty = Number(amount);
    else if (kind === "allPositionQty") of.positionQty = Number(amount);
    else if (kind === "symbolPositionValue") of.symbol.positionValue = value;
    else of.symbol[kind === "symbolValue" ? "orderValue" : kind === "orderQty" ? "orderQty" : "positionQty"] = value;
  };
  const openBuy = (text: string): OpenOrder => {
    const [filled = "", qty = ""] = text.split("/");
    return { ...riskOrder({ id: "y", qty: lots(qty) }), status: "new", filledQty: lots(filled), held: 0 };
  };
  const market: { marketPrice: number | null; lastPrice: number | null; stale?: true } = {
    marketPrice: stopPrice === null ? 1_000_000 : null,
    lastPrice: null,
  };
  for (const given of textOf(cell(row, "given"))?.split(",") ?? []) {
    const [name = "", value = ""] = given.split("=");
    if (name === "suspended") settings.suspendTrade = true;
    else if (name === "whole") settings.fractionalTrading = false;
    else if (name === "no-overnight") settings.disableOvernightTrading = true;
    else if (name === "extended") order.extendedHours = true;
    else if (name === "at") facts.hours = sessionRules("us_equities", Date.parse(value));
    else if (name === "killed") Object.assign(controls, value === "owner" ? KILLED_BY_OWNER : KILLED_BY_EXCHANGE);
    else if (name === "blocked")
      Object.assign(controls, value === "" ? { blocked: true } : { blockedSymbols: [value] });
    else if (name === "flattening") facts.flattening = true;
    else if (name === "duplicates") settings.duplicateMode = DUPLICATE_MODES.find((each) => each === value) ?? "off";
    else if (name === "no-tax-lot") facts.chosenLots = { reason: "tax_lot_not_found", lotId: Number(value) };
    else if (name === "repeats") facts.duplicateOf = value;
    else if (name === "loss") facts.dayLoss = dollars(value);
    else if (name === "stopped") Object.assign(facts, { lossLimitReached: true }, { hold: 0 });
    else if (name === "limit") setLimit(value);
    else if (name === "buying") facts.sameSide = new Map([["y", openBuy(value)]]);
    else if (name === "loss-limit") settings.dailyLossLimit = dollars(value);
    else if (name === "delisted") facts.instrument = { ...listed, status: "delisted" };
    else if (name === "last") market.lastPrice = price(value);
    else if (name === "market") market.marketPrice = price(value);
    else if (name === "stale") market.stale = true;
    else if (name === "ends") order.goodTil = Number(value);
    else if (name === "tif") order.timeInForce = TIMES_IN_FORCE.find((each) => each === value) ?? "day";
    else if (name === "lot") facts.instrument = { ...listed, lot: lots(value) };
    else if (name === "owned") position.available = lots(value);
    else if (name === "held") position.held = lots(value);
    else if (name === "holds") facts.holds = lots(value);
    else if (name === "open") facts.openOrders = Number(value);
    else if (name === "cash") facts.cash = { available: dollars(value), held: 0 };
    else if (name === "settled") facts.settled = { available: dollars(value), through: 20_500 };
    else if (name === "against") facts.opposite = new Map([["x", opposite(order, price(value))]]);
    else if (name === "replace") facts.change = changeOf(value);
    else throw new Error(`${row.at}: no fact ${name}`);
  }
  const known = {
    settings: { ...NO_SETTINGS, ...settings, limits: withSymbol(limits.owner) },
    controls: { ...NO_CONTROLS, ...controls, limits: withSymbol(limits.exchange) },
    plan: { plan: "pro", version: 1, limits: withSymbol(limits.plan) },
  };
  return riskFacts(riskOrder(order), { position, market, ...known, ...facts });
}

const KILLED_BY_OWNER = { killedByOwner: true };
const KILLED_BY_EXCHANGE = { killedByExchange: true };

interface Limits {
  orderValue: number | null;
  positionValue: number | null;
  orderQty?: number;
  positionQty?: number;
  readonly symbol: Writable<SymbolLimits>;
}

const limitsOf = (symbol: string): Limits => ({ orderValue: null, positionValue: null, symbol: { symbol } });

function withSymbol({ symbol, ...all }: Limits): RiskLimits {
  const none = { symbol: symbol.symbol ?? "", orderQty: null, orderValue: null, positionQty: null };
  return { ...all, symbols: Object.keys(symbol).length === 1 ? [] : [{ ...none, ...symbol }] };
}

function opposite({ symbol, side }: Writable<RiskOrder>, limitPrice: number | null): OpenOrder {
  const other = side === "buy" ? "sell" : "buy";
  const type = limitPrice === null ? "market" : "limit";
  return {
    ...riskOrder({ id: "x", symbol: symbol ?? "", side: other, type, limitPrice }),
    status: "new",
    filledQty: 0,
    held: 0,
  };
}

function changeOf(word: string): ReplaceChange {
  return {
    orderId: "y",
    resized: word === "qty",
    repriced: word === "price" || word === "trigger",
    retriggered: word === "trigger",
  };
}

test.each(rows.map((row) => [row.at, row] as const))(
  "AC-4, AC-27, AC-42, AC-44, AC-46, RK-2, RK-3, RK-5 to RK-10, RK-14, MD-117: %s",
  (_, row) => {
    const facts = factsOf(row);
    const refused = everyRefusal(facts);
    expect(refused.map(({ rule, refusal }) => `${rule}:${wordsOf(refusal)}`).join(";") || "-").toBe(
      cell(row, "refused"),
    );
    expect(firstRefusal(facts)).toEqual(refused[0]?.refusal ?? null);
  },
);

test("RK-5: every rule refuses in a row of the table, and uses no facts but those that it names", () => {
  const refusing = new Set(rows.flatMap((row) => everyRefusal(factsOf(row)).map(({ rule }) => rule)));
  expect(RISK_RULES.map(({ name }) => name).filter((name) => !refusing.has(name))).toEqual([]);
  for (const row of rows) {
    const facts = factsOf(row);
    for (const { name, needs, refuse } of RISK_RULES) {
      const only = Object.fromEntries(needs.map((need) => [need, facts[need]])) as unknown as RiskFacts;
      expect(refuse(only), `${name}: ${row.at}`).toEqual(refuse(facts));
    }
  }
});
