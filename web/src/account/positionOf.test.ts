import { expect, test, vi } from "vitest";
import type { Position } from "./state.ts";

const held = (symbol: string): readonly [string, Position] => [symbol, { symbol } as Position];

vi.mock("./state.ts", () => ({ positions: () => new Map([held("AAPL"), held("BTCUSD")]) }));

const { positionOf } = await import("./positionOf.ts");

test("UI-93: the position of a coin is found by the name of its market", () => {
  expect(positionOf("BTC/USD")?.symbol).toBe("BTCUSD");
  expect(positionOf("AAPL")?.symbol).toBe("AAPL");
  expect(positionOf("ETH/USD")).toBeNull();
});
