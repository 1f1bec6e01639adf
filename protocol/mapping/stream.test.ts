import { decode, encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import type { Order } from "../../domain/account/state/order.ts";
import { codecOfContentType, MALFORMED, readMessage, writeMessage } from "../stream/codec.ts";
import { subscriptionFrame } from "../stream/data.ts";
import { eachChannel } from "../stream/channels.ts";
import { snapshotFrame, tradeUpdateFrame } from "./tradingFrames.ts";

function bytes(value: Uint8Array | string): ArrayBuffer {
  return Uint8Array.from(typeof value === "string" ? new TextEncoder().encode(value) : value).buffer;
}

const auth = { action: "auth", key: "PKX", secret: "s" };

describe("codec", () => {
  it("WS-6: MessagePack only when the upgrade asks for it", () => {
    expect(["application/msgpack", "Application/MsgPack; charset=utf-8"].map(codecOfContentType)).toEqual([
      "msgpack",
      "msgpack",
    ]);
    expect([null, "", "application/json", "text/msgpack"].map(codecOfContentType)).toEqual(Array(4).fill("json"));
  });

  it("reads JSON in text and in binary frames, and MessagePack in binary ones", () => {
    expect(readMessage("json", JSON.stringify(auth))).toEqual(auth);
    expect(readMessage("json", bytes(JSON.stringify(auth)))).toEqual(auth);
    expect(readMessage("msgpack", bytes(encode(auth)))).toEqual(auth);
    expect(readMessage("msgpack", JSON.stringify(auth))).toEqual(auth);
  });

  it.each([
    ["json", "{"],
    ["json", bytes(Uint8Array.of(0xff, 0xfe))],
    ["msgpack", bytes(Uint8Array.of(0x81, 0xa1))],
    ["msgpack", bytes(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))],
    ["msgpack", bytes(new Uint8Array())],
    ["msgpack", bytes(new Uint8Array(30_000).fill(0x91))],
  ] as const)("WS-2: %s bytes that are no message are malformed, not an exception (%#)", (codec, frame) => {
    expect(readMessage(codec, frame)).toBe(MALFORMED);
  });

  it("writes what other libraries read", () => {
    const message = subscriptionFrame({ ...eachChannel(() => []), trades: ["AAPL"], quotes: ["*"] });
    expect(JSON.parse(String(writeMessage("json", message)))).toEqual(message);
    expect(decode(writeMessage("msgpack", message) as Uint8Array)).toEqual(message);
  });
});

const order: Order = {
  id: "0b6f1c52-0000-4000-8000-000000000001",
  clientOrderId: "mine",
  sequence: 4,
  symbol: "AAPL",
  side: "buy",
  type: "limit",
  timeInForce: "day",
  qty: 10_000_000,
  limitPrice: 2_680_000,
  protectionPrice: 2_680_000,
  extendedHours: false,
  submittedAt: Date.UTC(2026, 10, 20, 15),
  expiresAt: Date.UTC(2026, 10, 21, 1),
  status: "partially_filled",
  filledQty: 2_500_000,
  filledValue: "6699875000000",
  held: 20_100_000,
  updatedAt: Date.UTC(2026, 10, 20, 15),
  filledAt: null,
  canceledAt: null,
  expiredAt: null,
};

describe("trade updates", () => {
  const event = { sequence: 7, executionId: "0b6f1c52-0000-4000-8000-000000000002", at: order.updatedAt, order };

  it("WS-1: a fill has its price, quantity and the position after it as decimal strings", () => {
    const fill = { ...event, event: "partial_fill", price: 2_679_950, qty: 2_500_000, positionQty: 7_500_000 } as const;
    expect(tradeUpdateFrame(fill)).toEqual({
      stream: "trade_updates",
      cursor: "7",
      data: {
        event: "partial_fill",
        execution_id: event.executionId,
        timestamp: "2026-11-20T15:00:00.000Z",
        price: "267.995",
        qty: "2.5",
        position_qty: "7.5",
        order: expect.objectContaining({ id: order.id, qty: "10", filled_qty: "2.5", filled_avg_price: "267.995" }),
      },
    });
  });

  it("an event without an execution has none of the three", () => {
    const { data } = tradeUpdateFrame({ ...event, event: "new", price: null, qty: null, positionQty: null });
    expect(Object.keys(data).toSorted()).toEqual(["event", "execution_id", "order", "timestamp"]);
  });

  it("WS-12: a snapshot replaces updates that are no longer stored: open orders, balances, positions, and its cursor", () => {
    const positions = [{ symbol: "AAPL", qty: 7_500_000, available: 2_500_000, costBasis: 20_000_000 }];
    const view = {
      accountId: "acc-1",
      accountNumber: "EX1",
      createdAt: 0,
      cash: 1_000_000,
      cashHeld: 200_000,
      positions,
    };
    expect(snapshotFrame({ through: 42, orders: [order], account: view })).toEqual({
      stream: "snapshot",
      cursor: "42",
      data: {
        reason: "cursor_too_old",
        cursor: "42",
        orders: [expect.objectContaining({ id: order.id, status: "partially_filled" })],
        account: {
          id: "acc-1",
          account_number: "EX1",
          currency: "USD",
          cash: "80",
          cash_held: "20",
          buying_power: "80",
          positions: [
            {
              asset_id: expect.any(String),
              symbol: "AAPL",
              qty: "7.5",
              qty_available: "2.5",
              avg_entry_price: "266.66666667",
              cost_basis: "2000",
            },
          ],
        },
      },
    });
  });
});
