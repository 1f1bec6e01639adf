import { expect, test } from "vitest";
import { assetNamed, assetOf } from "./asset.ts";

test("MK-20: the asset, its class and its quantity unit follow from the symbol", () => {
  expect(assetOf("AAPL")).toEqual({
    id: "53460b5a-8093-86da-af9c-7e234c83f070",
    symbol: "AAPL",
    assetClass: "us_equity",
    qtyDecimals: 6,
  });
  expect(assetOf("BTC/USD")).toMatchObject({ assetClass: "crypto", qtyDecimals: 8 });
  expect(assetOf("BRK.B")).toMatchObject({ assetClass: "us_equity", qtyDecimals: 6 });
  expect(assetOf("AAPL").id).not.toBe(assetOf("MSFT").id);
});

test.each(["USD", "", "aapl", "A APL", "BTC/EUR", "BTCUSD1", "/USD", "TOOLONGX", "__proto__", "AAPL\n"])(
  "MK-20: %j is no symbol",
  (text) => {
    expect(assetNamed(text)).toBeUndefined();
    expect(() => assetOf(text)).toThrow("not a symbol");
  },
);
