import { expect, test } from "vitest";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import { encodeQuote, encodeTrade } from "../../protocol/mapping/tradesAndQuotes.ts";
import { encodeBands, encodeImbalance, encodeStatus } from "../../protocol/mapping/marketState.ts";
import { dataErrorFrame, snapshotElement, subscriptionFrame, successFrame } from "../../protocol/stream/data.ts";
import { eachChannel } from "../../protocol/stream/channels.ts";
import {
  authorizationFrame,
  listeningFrame,
  notListeningFrame,
  tradingErrorFrame,
} from "../../protocol/stream/trading.ts";
import { snapshotFrame, tradeUpdateFrame } from "../../protocol/mapping/tradingFrames.ts";
import { dataElements, tradingFrames } from "../../protocol/stream/schemas.ts";
import { MARKET, ORDER, VIEW } from "../../test/gateway/samples.ts";
import { asyncapi } from "./asyncapi.ts";

const AT = 1_760_000_000_000;
const top = { symbol: "AAPL", at: AT, sequence: 7 };
const update = { sequence: 3, event: "fill", executionId: ORDER.id, at: AT, order: ORDER } as const;

const FRAMES: readonly (readonly [keyof typeof tradingFrames, unknown])[] = [
  ["authorization", authorizationFrame("authorized", "authenticate")],
  ["listening", notListeningFrame()],
  ["listening", listeningFrame(4, true)],
  ["accountSnapshot", snapshotFrame({ through: 9, orders: [ORDER], account: VIEW })],
  ["tradingError", tradingErrorFrame(412, "no such cursor")],
  ["tradeUpdate", tradeUpdateFrame({ ...update, price: 2_680_000, qty: 1_000_000, positionQty: 1_000_000 })],
  ["tradeUpdate", tradeUpdateFrame({ ...update, event: "new", price: null, qty: null, positionQty: null })],
];

test.each(FRAMES)("GW-33: the trading stream's %s is what its description says, and nothing more", (name, frame) => {
  expect(tradingFrames[name].parse(frame)).toEqual(frame);
});

/** As a JSON client gets them. */
const elements = (segment: Uint8Array): unknown[] => JSON.parse(JSON.stringify(decodeSegment(segment))) as unknown[];

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
];

test.each(ELEMENTS)("GW-33: the data stream's %s is what its description says, and nothing more", (name, frame) => {
  const [element] = frame;
  expect(dataElements[name].parse(element)).toEqual(element);
});

test("GW-33: every message of the description is tested here, and every reference resolves", () => {
  const document = asyncapi();
  const { messages } = document["components"] as { messages: Record<string, unknown> };
  const made = new Set([...FRAMES.map(([name]) => `trading_${name}`), ...ELEMENTS.map(([name]) => `data_${name}`)]);
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
