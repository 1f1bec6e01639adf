import { expect, test } from "vitest";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import { barElements } from "../../protocol/mapping/barElements.ts";
import { encodeLevels, encodeOrders } from "../../protocol/mapping/depth.ts";
import { encodeQuote, encodeTrade } from "../../protocol/mapping/tradesAndQuotes.ts";
import { encodeBands, encodeImbalance, encodeStatus } from "../../protocol/mapping/marketState.ts";
import {
  creditFrame,
  dataErrorFrame,
  heartbeatFrame,
  indicatorFrame,
  ownOrdersFrame,
  snapshotElement,
  subscriptionFrame,
  successFrame,
} from "../../protocol/stream/data.ts";
import { eachChannel } from "../../protocol/stream/channels.ts";
import { authorizationFrame, listeningFrame, noticesFrame, tradingErrorFrame } from "../../protocol/stream/trading.ts";
import {
  ackFrame,
  authenticatedFrame,
  orderEntryErrorFrame,
  sessionFrame,
} from "../../protocol/mapping/orderEntryFrames.ts";
import { errorResult, readCommand, resultOf } from "../../protocol/mapping/streamCommands.ts";
import { orderEntryFrames, orderEntryRequest } from "../../protocol/stream/orderEntrySchemas.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import { accountUpdateNotice, positionUpdatesNotice } from "../../protocol/mapping/balanceNotices.ts";
import { watchlistNotice } from "../../protocol/mapping/watchlists.ts";
import { snapshotFrame, tradeUpdateFrame } from "../../protocol/mapping/tradingFrames.ts";
import { dataElements, tradingFrames } from "../../protocol/stream/schemas.ts";
import { MARKET, ORDER, TRADER, VIEW } from "../../test/gateway/samples.ts";
import { orderbookBytes } from "../../workers/quotes/relay/depth/orderbooks.ts";
import { asyncapi } from "./asyncapi.ts";

const AT = 1_760_000_000_000;
const POSITION = { seq: 5, mark: "5.kX3" };
const top = { symbol: "AAPL", at: AT, sequence: 7 };
const WATCHLIST = { id: ORDER.id, name: "Tech", symbols: ["AAPL"], createdAt: AT, updatedAt: AT };
const update = { sequence: 3, event: "fill", executionId: ORDER.id, at: AT, order: ORDER } as const;

const FRAMES: readonly (readonly [keyof typeof tradingFrames, unknown])[] = [
  ["authorization", authorizationFrame("authorized", "authenticate")],
  ["listening", noticesFrame([])],
  ["listening", listeningFrame(4, true)],
  ["listening", listeningFrame(4, false, ["watchlist_updates"])],
  ["accountUpdate", accountUpdateNotice(VIEW, 7)],
  ["positionUpdates", positionUpdatesNotice(VIEW.accountId, VIEW.positions, 7)],
  ["watchlistUpdate", watchlistNotice(TRADER.accountId, { event: "updated", watchlist: WATCHLIST })],
  ["accountSnapshot", snapshotFrame({ through: 9, orders: [ORDER], account: VIEW })],
  ["tradingError", tradingErrorFrame(412, "no such cursor")],
  ["tradingError", tradingErrorFrame(407, "slow client", 12)],
  ["tradeUpdate", tradeUpdateFrame({ ...update, price: 2_680_000, qty: 1_000_000, positionQty: 1_000_000 })],
  ["tradeUpdate", tradeUpdateFrame({ ...update, event: "new", price: null, qty: null, positionQty: null })],
];

test.each(FRAMES)("GW-33: the trading stream's %s is what its description says, and nothing more", (name, frame) => {
  expect(tradingFrames[name].parse(frame)).toEqual(frame);
});

const times = { in: AT, account_in: AT, account_out: AT, out: AT };
const order = { ok: true, value: ORDER } as const;
const refused = { ok: false, refusal: { reason: "order_not_found", orderId: "x" } } as const;
const results = [
  resultOf("a:0", { kind: "query", orderId: "x" }, order),
  resultOf("a:1", { kind: "cancel", orderId: "x" }, { ok: true, value: null }),
  resultOf("a:2", { kind: "cancel_all" }, { ok: true, value: [{ order: ORDER, outcome: refused }] }),
  resultOf("a:3", { kind: "cancel", orderId: "x" }, refused),
  errorResult("a:4", { reason: "body_field", field: "action" }),
];
const rate = { limit: 200, remaining: 1, resetAt: 0, retryAfterMs: 0 };

const ORDER_ENTRY: readonly (readonly [keyof typeof orderEntryFrames, unknown])[] = [
  ["success", authenticatedFrame()],
  ["session", sessionFrame(true)],
  ["ack", ackFrame("a", POSITION, results, times, rate)],
  ["ack", ackFrame("a", POSITION, [], { in: AT, out: AT })],
  ["error", orderEntryErrorFrame({ reason: "window_exceeded" }, { id: "a" })],
  ["error", orderEntryErrorFrame({ reason: "rate_limited", retryAfterSeconds: 3 }, { id: "a", ...POSITION })],
];

test.each(ORDER_ENTRY)("GW-33: order entry's %s is what its description says, and nothing more", (name, frame) => {
  expect(orderEntryFrames[name].parse(frame)).toEqual(frame);
});

test("GW-33: the commands that order entry reads are those of its description", () => {
  const commands = [
    { action: "place", symbol: "AAPL", side: "buy", type: "market", qty: "1", time_in_force: "day", id: "own" },
    { action: "replace", order_id: ORDER.id, qty: 2 },
    { action: "cancel", order_id: ORDER.id },
    { action: "cancel", client_order_id: "x" },
    { action: "cancel_all", id: "all" },
    { action: "query", request_id: "f0:0" },
  ];
  expect(
    orderEntryRequest.safeParse({ action: "orders", id: "f1", commands, received: "3.kX3" }).error,
  ).toBeUndefined();
  expect(commands.map((command, index) => readCommand(command, "f1", index, SEEDED).read.ok)).not.toContain(false);
  for (const wrong of [{ action: "cancel", order: "x" }, { action: "buy" }, { action: "place", sybmol: "AAPL" }, 7]) {
    expect(orderEntryRequest.safeParse({ action: "orders", id: "f1", commands: [wrong] }).success).toBe(false);
    expect(readCommand(wrong, "f1", 0, SEEDED).read.ok).toBe(false);
  }
});

/** As a JSON client gets them. */
const elements = (segment: Uint8Array): unknown[] => JSON.parse(JSON.stringify(decodeSegment(segment))) as unknown[];

const AFTER = { symbol: "AAPL", at: AT, sequence: 7, previous: 6 };
const LEVEL = { price: 2_680_000, qty: 1_000_000 };
const BOOK = { bids: [LEVEL], asks: [{ price: 2_690_000, qty: 500_000 }] };
const ORDERS = { bids: [{ ref: 3, slot: 3, price: 2_680_000, qty: 1_000_000 }], asks: [] } as const;

const PRICES = { open: 1, high: 1, low: 1, close: 1, volume: 1n, turnover: 1n };
const BAR = { at: AT, ...PRICES, count: 1, firstAt: AT, lastAt: AT };
const BUSTED = { S: "AAPL", x: "V", t: new Date(AT).toISOString(), z: "C" };

const ELEMENTS: readonly (readonly [keyof typeof dataElements, readonly unknown[]])[] = [
  ["success", successFrame("connected")],
  ["error", dataErrorFrame(410, "no")],
  ["subscription", subscriptionFrame({ ...eachChannel(() => []), trades: ["AAPL"] })],
  ["cursorSnapshot", snapshotElement("AAPL", 5)],
  ["trade", elements(encodeTrade({ ...top, tradeId: 1, price: 2_680_000, qty: 1_000_000 }))],
  ["quote", elements(encodeQuote({ ...top, bid: { price: 2_680_000, qty: 1 }, ask: null }))],
  ["status", elements(encodeStatus("AAPL", MARKET.status))],
  ["status", elements(encodeStatus("AAPL", { ...MARKET.status, until: null, phase: "halted", halt: "luld" }))],
  ["bands", elements(encodeBands("AAPL", MARKET.status))],
  ["bands", elements(encodeBands("AAPL", { ...MARKET.status, bands: null, limitState: null }))],
  [
    "imbalance",
    elements(
      encodeImbalance({
        symbol: "AAPL",
        at: AT,
        price: null,
        paired: 0,
        imbalance: 5,
        imbalanceSide: "sell",
        reference: 1,
      }),
    ),
  ],
  ["depth", elements(encodeLevels(AFTER, { bids: [LEVEL], asks: [] }, BOOK))],
  ["depth", elements(encodeLevels({ ...AFTER, previous: null, replaces: true }, BOOK, BOOK))],
  ["orderbook", elements(orderbookBytes(encodeLevels(AFTER, BOOK, BOOK)))],
  ["bar", elements(barElements("bars", "AAPL", [BAR]).bytes)],
  ["updatedBar", elements(barElements("updatedBars", "AAPL", [BAR]).bytes)],
  ["dailyBar", elements(barElements("dailyBars", "AAPL", [BAR, BAR]).bytes)],
  // Nothing makes these so far: they are as Alpaca has them.
  ["correction", [{ ...BUSTED, T: "c", oi: 1, op: 1, os: 1, oc: ["@"], ci: 2, cp: 2, cs: 1, cc: ["@"] }]],
  ["cancelError", [{ ...BUSTED, T: "x", i: 1, p: 1, s: 1, a: "C" }]],
  ["orderDepth", elements(encodeOrders(AFTER, { bids: [{ kind: "add", order: ORDERS.bids[0] }], asks: [] }, ORDERS))],
  ["ownOrders", ownOrdersFrame("AAPL", [{ id: 3, order_id: ORDER.id }])],
  ["credit", creditFrame(100, "5.kX3")],
  [
    "indicator",
    JSON.parse(JSON.stringify(indicatorFrame("AAPL", "AAPL:rsi:14:1Min", AT, { value: 55.5 }))) as unknown[],
  ],
  ["error", dataErrorFrame(407, "slow client", { AAPL: 7 })],
  ["heartbeat", JSON.parse(JSON.stringify(heartbeatFrame(AT, { AAPL: 7 }))) as unknown[]],
];

test.each(ELEMENTS)("GW-33: the data stream's %s is what its description says, and nothing more", (name, frame) => {
  const [element] = frame;
  expect(dataElements[name].parse(element)).toEqual(element);
});

test("GW-33: every message of the description is tested here, and every reference resolves", () => {
  const document = asyncapi();
  const { messages } = document["components"] as { messages: Record<string, unknown> };
  const made = new Set([
    ...FRAMES.map(([name]) => `trading_${name}`),
    ...ELEMENTS.map(([name]) => `data_${name}`),
    ...ORDER_ENTRY.map(([name]) => `orders_${name}`),
  ]);
  expect(
    Object.keys(messages)
      .filter((name) => !name.endsWith("Request"))
      .sort(),
  ).toEqual([...made].sort());
  for (const [, target = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = target
      .split("/")
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    expect(found, target).toBeDefined();
  }
});
