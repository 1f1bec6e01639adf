import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, test } from "vitest";
import { startTestDatabase } from "../../dev/testing.ts";
import { openAuditDatabase } from "../../db/auditWriter.ts";
import { auditBatch, auditRecord, GENESIS } from "../../db/testing.ts";
import { formatDecimal } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { DAY } from "../../domain/market/newYork.ts";
import { barToWire } from "../../protocol/mapping/bars.ts";
import { manifestText } from "../../protocol/wire/sealedHistory.ts";
import { randomTrades } from "../../test/model/randomTrades.ts";
import { sealingTapes } from "../../test/model/sealingTapes.ts";
import { auditedTrades, type TrailTrade } from "./auditedTrades.ts";
import { type HistorySource, verifyHistory } from "./run.ts";

const BEGIN = Date.UTC(2026, 9, 29, 14);
const SYMBOLS = ["AAPL", "BTC/USD"];

/** Two symbols whose trades are sealed but for the newest day, and what the trail has of them. */
async function sealedHistory() {
  const worlds = new Map(SYMBOLS.map((symbol) => [symbol, sealingTapes(symbol, BEGIN, 120)]));
  const made = new Map<string, TapeTrade[]>();
  for (const [symbol, world] of worlds) {
    const trades = randomTrades(symbol.length, 600, BEGIN, 20 * 60_000);
    made.set(symbol, trades);
    world.append(trades);
    await world.until((trades.at(-1)?.at ?? 0) + DAY / 24);
  }
  const tapeOf = (symbol: string, month: string) => {
    const world = worlds.get(symbol);
    if (world === undefined) throw new Error("no such symbol");
    return world.tape(month);
  };
  const source: HistorySource = {
    now: () => Math.max(...Array.from(worlds.values(), ({ world }) => world.now)),
    symbols: () => Promise.resolve(SYMBOLS.toReversed()),
    months: (symbol) => Promise.resolve(worlds.get(symbol)?.months() ?? []),
    month: (symbol, month) => {
      const { manifests, through, waitingSince } = tapeOf(symbol, month).sealing.sealed();
      const sealed = { sealed_through: manifests.at(-1)?.last_trade_id ?? 0, manifests: [...manifests] };
      const waiting = { waiting_since: waitingSince === null ? null : new Date(waitingSince).toISOString() };
      const trouble = { failures: 0, error: null, retry_at: null, ...waiting };
      return Promise.resolve({ symbol, month, last_trade_id: through, ...sealed, ...trouble });
    },
    file: (symbol, month, first, kind) => tapeOf(symbol, month).sealing.sealedFile(first, kind),
    minuteBars: async (symbol, from, to) => {
      const found = await Promise.all(
        (worlds.get(symbol)?.months() ?? []).map((month) => {
          const query = {
            from,
            to,
            limit: 10_000,
            descending: false,
            timeframe: { unit: "minute", count: 1 } as const,
          };
          return tapeOf(symbol, month).sealing.bars(query);
        }),
      );
      return found.flatMap(({ items }) => items.map((bar) => barToWire(symbol, bar)));
    },
  };
  const trail = () =>
    SYMBOLS.flatMap((symbol) =>
      (made.get(symbol) ?? []).map(({ tradeId, at, price, qty, takerSide, auction }): TrailTrade => {
        return { symbol, tradeId, at, price, qty, takerSide, auction, contradictions: [] };
      }),
    );
  const bucketOf = (symbol: string) => worlds.get(symbol)?.bucket.files ?? new Map<string, Uint8Array<ArrayBuffer>>();
  return { source, trail, made, bucketOf, worlds };
}

async function* listed<Item>(items: readonly Item[]): AsyncGenerator<Item, void> {
  for (const item of items) yield await Promise.resolve(item);
}

const verify = (source: HistorySource, trades: readonly TrailTrade[], only: string | null = null) =>
  verifyHistory(source, () => listed(trades), only, null);

test("MD-79: sealed trades, bars and manifests agree with the audit trail", async () => {
  const { source, trail } = await sealedHistory();
  const verdict = await verify(source, trail());
  expect(verdict).toMatchObject({ faults: [], rebuilt: [] });
  expect(verdict.parts).toBeGreaterThan(10);
  expect(verdict.waiting).toBeGreaterThan(0);
  expect(verdict.trades + verdict.waiting).toBe(1_200);
  expect(await verify(source, trail(), "AAPL")).toMatchObject({ faults: [], waiting: expect.any(Number) as number });
  const later = { ...source, now: () => source.now() + 2 * DAY };
  expect((await verify(later, trail(), "AAPL")).faults.join()).toMatch(
    /^AAPL 2026-11: trades since .* are not sealed$/,
  );
});

test("MD-79: a flipped byte, a missing file and a manifest of another day are found and made again, byte for byte", async () => {
  const { source, trail, bucketOf } = await sealedHistory();
  const bucket = bucketOf("AAPL");
  const before = new Map(Array.from(bucket, ([key, bytes]) => [key, bytes.slice()]));
  const keyOf = (kind: string, nth: number): string => {
    const keys = [...bucket.keys()].filter((key) => key.includes(`/${kind}/`)).sort();
    return keys[nth] ?? "";
  };
  const flipped = bucket.get(keyOf("trades", 1)) ?? new Uint8Array(1);
  flipped[100] = (flipped[100] ?? 0) ^ 4;
  bucket.delete(keyOf("bars", 2));
  bucket.delete(keyOf("trades", 3));
  bucket.set(keyOf("manifests", 0), bucket.get(keyOf("manifests", 4)) ?? new Uint8Array());
  const { faults } = await verify(source, trail());
  expect(faults.map((fault) => fault.replace(/^AAPL \S+( part \d)?: /, "")).sort()).toEqual([
    "the file of bars is missing",
    "the file of manifest is damaged: its digest differs",
    "the file of trades is damaged: its digest differs",
    "the file of trades is missing",
  ]);
  const damaged = [keyOf("manifests", 0), keyOf("trades", 1)];
  const rebuilt = await verifyHistory(
    source,
    () => listed(trail()),
    null,
    async (key, bytes) => void bucket.set(key, Uint8Array.from(bytes)),
  );
  expect(rebuilt.rebuilt).toHaveLength(4);
  expect(rebuilt.rebuilt).toEqual(expect.arrayContaining(damaged));
  expect(bucket).toEqual(before);
  expect(await verify(source, trail())).toMatchObject({ faults: [] });
});

test("MD-79: a trade that differs from the audit trail is named, and is not made again", async () => {
  const { source, trail } = await sealedHistory();
  const other = trail().map((trade) => (trade.tradeId === 5 ? { ...trade, price: trade.price + 1 } : trade));
  const { faults } = await verify(source, other, "AAPL");
  expect(faults.join("\n")).toContain("the chain of the audited trades has another head");
  expect(faults.join("\n")).toContain("trade 5 differs from the audit trail");
  const less = await verify(
    source,
    trail().filter(({ tradeId }) => tradeId !== 7),
    "AAPL",
  );
  expect(less.faults.join("\n")).toMatch(/the audit trail has \d+ of its \d+ trades/);
  const unequal = trail().map((trade) => (trade.tradeId === 9 ? { ...trade, contradictions: ["qty"] } : trade));
  expect((await verify(source, unequal, "AAPL")).faults.join()).toContain("trade 9: its fills differ in qty");
});

test("MD-79: a manifest in the tape that does not continue the one before is found, and bars of the API that differ", async () => {
  const { source, trail, worlds } = await sealedHistory();
  const months = await source.months("AAPL");
  const [first = ""] = months;
  const changed: HistorySource = {
    ...source,
    month: async (symbol, month) => {
      const of = await source.month(symbol, month);
      const [one, two, ...rest] = of.manifests;
      if (one === undefined || two === undefined || symbol !== "AAPL" || month !== first) return of;
      // The manifest of another day in the place of this one.
      return { ...of, manifests: [{ ...one, day: two.day }, two, ...rest] };
    },
  };
  const { faults } = await verify(changed, trail(), "AAPL");
  expect(faults.join("\n")).toContain("its trades are of");
  expect(faults.join("\n")).toContain("its manifest does not follow the one before");
  const { minutes } = worlds.get("AAPL")?.tape(first).store.tables ?? {};
  const [bar] = minutes?.between(0, 8e15, false) ?? [];
  if (bar === undefined) throw new Error("no bar");
  minutes?.put({ ...bar, high: bar.high + 1 });
  const bars = await verify(source, trail(), "AAPL");
  expect(bars.faults).toEqual([expect.stringMatching(/^AAPL \S+: the bars of the API are not those of its trades$/)]);
  expect(manifestText((await source.month("AAPL", first)).manifests[0] ?? ({} as never))).toContain('"format": 1');
});

test("MD-79: the trades of the trail are those of the records of both fills, from both databases", async () => {
  const postgres = await startTestDatabase();
  const clients = [new pg.Client(postgres.url), new pg.Client(postgres.url)];
  try {
    for (const client of clients) await client.connect();
    const trades = SYMBOLS.flatMap((symbol) =>
      randomTrades(symbol.length, 40, BEGIN, 60_000).map((trade) => Object.assign(trade, { symbol })),
    );
    const records = trades.flatMap(({ symbol, tradeId, at, price, qty, takerSide }) =>
      (["buy", "sell"] as const).map((side) => {
        const liquidity = takerSide === null ? "auction" : side === takerSide ? "taker" : "maker";
        const amounts = { price: formatDecimal(price, 4), qty: formatDecimal(qty, assetOf(symbol).qtyDecimals) };
        const body = { symbol, trade_id: tradeId, side, liquidity, executed_at: at, ...amounts };
        return auditRecord("order.filled", body, { eventId: randomUUID(), at: at + 500 });
      }),
    );
    const noise = auditRecord("order.accepted", { symbol: "AAPL" }, { at: BEGIN });
    // Out of order, as accounts send them.
    const shuffled = [noise, ...records].toSorted((one, other) => one.eventId.localeCompare(other.eventId));
    const write = openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint);
    expect(await write.append(auditBatch(1, GENESIS, shuffled))).toBeDefined();
    const found: TrailTrade[] = [];
    for await (const trade of auditedTrades(clients, BEGIN - 1_000)) found.push(trade);
    const expected = trades.map(({ symbol, tradeId, at, price, qty, takerSide }) => {
      const facts = { symbol, tradeId, at, price, qty, takerSide, auction: takerSide === null };
      return { ...facts, contradictions: [] };
    });
    expect(found).toEqual(expected);
  } finally {
    for (const client of clients) await client.end();
    await postgres.close();
  }
}, 60_000);
