import { expect, test } from "vitest";
import { boundOfExchange, LIMIT_KINDS, limitsOfExchange } from "./bounds.ts";
import { NO_LIMITS, type RiskLimits } from "./limits.ts";
import { assetOf } from "../market/asset.ts";

const ONE = { symbol: "AAPL", orderQty: null, orderValue: null, positionQty: null, positionValue: null };

test.each<[string, RiskLimits, RiskLimits, Partial<RiskLimits>]>([
  ["none", NO_LIMITS, NO_LIMITS, { orderQty: null, orderValue: null, symbols: [] }],
  [
    "that of the account before the plan's",
    { ...NO_LIMITS, orderValue: 9 },
    { ...NO_LIMITS, orderValue: 5 },
    { orderValue: 9 },
  ],
  ["the plan's where the account has none", NO_LIMITS, { ...NO_LIMITS, positionQty: 5 }, { positionQty: 5 }],
  [
    "a plan's symbol before its others",
    NO_LIMITS,
    { ...NO_LIMITS, orderQty: 2, orderValue: 5, symbols: [{ ...ONE, orderValue: 7 }] },
    { orderValue: 5, symbols: [{ ...ONE, orderQty: 2_000_000, orderValue: 7 }] },
  ],
  [
    "the narrower of an account's",
    { ...NO_LIMITS, orderValue: 5, symbols: [{ ...ONE, orderValue: 7 }] },
    { ...NO_LIMITS, orderValue: 1, symbols: [{ ...ONE, orderValue: 2 }] },
    { orderValue: 5, symbols: [{ ...ONE, orderValue: 5 }] },
  ],
])("RK-14: limits of the exchange: %s", (_, account, plan, shown) => {
  const limits = limitsOfExchange(account, plan);
  expect(limits).toMatchObject(shown);
  for (const { symbol, ...most } of limits.symbols) {
    for (const kind of LIMIT_KINDS) {
      expect(most[kind] ?? null).toBe(boundOfExchange(kind, account, plan, assetOf(symbol))?.most ?? null);
    }
  }
});
