/** What must stay as it is, because files, manifests and rebuilt files depend on it. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { assetOf } from "../../../domain/market/asset.ts";
import { manifestText, sealedKeys } from "../../../protocol/wire/sealedHistory.ts";
import { randomTrades } from "../../../test/model/randomTrades.ts";
import { barsFile, MinuteBars } from "./barsFile.ts";
import { FIRST_CHAIN_HEAD, TradeChain } from "./tradeChain.ts";
import { TradesFile } from "./tradesFile.ts";
import { packParts, packUnaudited, unpackParts } from "./unaudited.ts";

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
const TRADES = randomTrades(5, 9_000, Date.UTC(2026, 10, 3, 14), 2_000);

test("MD-70: the files of format 1 have the same bytes in every release, however the trades are given", async () => {
  const asset = assetOf("AAPL");
  const [whole, parts, bars] = [new TradesFile(asset), new TradesFile(asset), new MinuteBars()];
  await whole.add(TRADES);
  for (let from = 0; from < TRADES.length; from += 700) await parts.add(TRADES.slice(from, from + 700));
  bars.add(TRADES);
  const file = await whole.finish();
  expect(await parts.finish()).toEqual(file);
  expect(sha256(file)).toMatchInlineSnapshot(`"da243b4820c722de1327f100921c89f4b805579b1410d077002e026df377ee72"`);
  expect(sha256(await barsFile(asset, bars.sorted()))).toMatchInlineSnapshot(
    `"73dea13598fb51f29ce28e2f29a145fcae7823c58d36b5aa93eaa073c9a2f586"`,
  );
});

test("MD-71: a trade is hashed as its fields of the audit trail, after the head before it", () => {
  const chain = new TradeChain("BTC/USD", FIRST_CHAIN_HEAD);
  chain.add([{ tradeId: 1, at: 1_796_047_200_009, price: 2_000_000, qty: 77, takerSide: "buy" }]);
  const first = Buffer.concat([
    Buffer.alloc(32),
    Buffer.from("BTC/USD\u001f1\u001f1796047200009\u001f2000000\u001f77\u001fbuy"),
  ]);
  expect(chain.head).toBe(sha256(first));
  chain.add([{ tradeId: 2, at: 3, price: 4, qty: 5, takerSide: null }]);
  const second = Buffer.concat([
    Buffer.from(sha256(first), "hex"),
    Buffer.from("BTC/USD\u001f2\u001f3\u001f4\u001f5\u001f"),
  ]);
  expect(chain.head).toBe(sha256(second));
});

test("MD-70: files are named by symbol, day and part", () => {
  expect(sealedKeys("BTC/USD", "2026-11-30", 1)).toEqual({
    trades: "history/v1/trades/BTC-USD/2026/11/30.parquet",
    bars: "history/v1/bars/BTC-USD/2026/11/30.parquet",
    manifest: "history/v1/manifests/BTC-USD/2026/11/30.json",
  });
  expect(sealedKeys("BRK.B", "2026-11-30", 3).trades).toBe("history/v1/trades/BRK.B/2026/11/30-3.parquet");
  // The digest of a manifest is in the next one.
  expect(manifestText({ format: 1 } as never)).toBe('{\n  "format": 1\n}\n');
});

test("MD-79: what the audit trail has not of trades is read as it was packed", () => {
  const step = fc.record({ step: fc.integer({ min: 0, max: 2 ** 40 }), regular: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.array(step, { minLength: 1, maxLength: 40 }), { maxLength: 5 }), (parts) => {
      let sequence = 0;
      const given = parts.map((part) => part.map(({ step, regular }) => ({ sequence: (sequence += step), regular })));
      expect(unpackParts(packParts(given.map(packUnaudited)))).toEqual(given.flat());
    }),
  );
  expect(packParts([packUnaudited(TRADES)]).length).toBeLessThan(TRADES.length);
});
