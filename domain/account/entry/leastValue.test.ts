import { expect, test } from "vitest";
import { requireInstrument } from "../../market/listing.ts";
import { checkMinimumValue } from "../../risk/minimumValue.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { OrderFacts } from "./orderFacts.ts";
import { readQty } from "./readAmount.ts";
import { fundedAccount, orderWith } from "../testing.ts";
import type { NewOrder } from "../state/order.ts";

const SHARE = 1_000_000;
const COIN = 100_000_000;
const LEAST = { reason: "order_value_too_small", least: 10_000 };
const BTC = "BTC/USD";

const MARKET = { hours: sessionRules("always", 5), lastPrice: null };

/** The refusal of an order of an account with half a share, and 50 lots of a coin. */
const decided = (changes: Partial<NewOrder>, marketPrice: number | null = 3_000_000) => {
  const state = fundedAccount("a", 10 ** 12, { AAPL: SHARE / 2, [BTC]: 50 });
  const instrument = requireInstrument(changes.symbol ?? "AAPL");
  return checkMinimumValue(new OrderFacts(state, orderWith("o", changes), [], instrument, { ...MARKET, marketPrice }));
};

test.each<[string, Partial<NewOrder>, object | null]>([
  ["a part of a share below a dollar", { qty: 9_999 }, { ...LEAST, value: 9_999 }],
  ["a part of a share of a dollar", { qty: 10_000 }, null],
  ["what a limit makes it worth, not the market", { qty: 10_000, limitPrice: 999_999 }, { ...LEAST, value: 9_999 }],
  ["a stop by its stop price", { qty: 4_000, limitPrice: null, stopPrice: 2_000_000 }, { ...LEAST, value: 8_000 }],
  ["a market order by the market", { qty: 3_333, limitPrice: null }, { ...LEAST, value: 9_999 }],
  ["a share that costs less than a dollar", { qty: SHARE, limitPrice: 100 }, null],
  ["a coin for a hundredth of a cent", { symbol: BTC, qty: 50 }, { ...LEAST, value: 0 }],
  ["a whole coin for a cent", { symbol: BTC, qty: COIN, limitPrice: 100 }, { ...LEAST, value: 100 }],
  ["a sale of a little", { side: "sell", qty: 5_000 }, { ...LEAST, value: 5_000 }],
  ["a sale of all there is", { symbol: BTC, side: "sell", qty: 50 }, null],
  ["a notional of a dollar", { qty: 1, limitPrice: null, notional: 10_000 }, null],
])("AC-46: %s", (_name, changes, refusal) => {
  expect(decided(changes)).toEqual(refusal);
});

test("AC-46: without a market price a market order is valued at the reference price", () => {
  const least = Math.ceil((10_000 * SHARE) / requireInstrument("AAPL").referencePrice);
  expect(decided({ qty: least, limitPrice: null }, null)).toBe(null);
  expect(decided({ qty: least - 1, limitPrice: null }, null)).toMatchObject(LEAST);
});

test.each([
  ["1.123456789", 1_123_456],
  ["0.000001999", 1],
  ["0.000000999", { reason: "qty_increment", qtyDecimals: 6 }],
  ["1.1234567891", { reason: "qty_increment", qtyDecimals: 6 }],
  ["1.1234560000", 1_123_456],
  ["1000000", 1_000_000_000_000],
  ["1000000.000001", { reason: "qty_too_large" }],
])("AC-2: %s is for so many lots", (text, lots) => {
  expect(readQty(text, requireInstrument("AAPL"))).toEqual(lots);
});
