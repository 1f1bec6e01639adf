import type { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { packBars } from "../../../domain/market/bars/packedBars.ts";
import { parseTimeframe } from "../../../domain/market/bars/timeframe.ts";
import { DAY, HOUR } from "../../../domain/market/newYork.ts";
import { sealedManifest } from "../../../protocol/wire/sealedHistory.ts";
import { everyTrade, sealingTapes } from "../../../test/model/sealingTapes.ts";
import { randomTrades } from "../../../test/model/randomTrades.ts";
import { sha256Of } from "./bucket.ts";
import { MINUTES_KEPT_MS } from "./sealing.ts";
import { FIRST_CHAIN_HEAD, TradeChain } from "./tradeChain.ts";

const EVER = { from: 0, to: 8_000_000_000_000, limit: 1_000_000, descending: false, cursor: null };
const BEGIN = Date.UTC(2026, 10, 3, 14);

const rowsOf = (db: DatabaseSync | undefined, table: string) =>
  Number(db?.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"]);

test("MD-70: a day is sealed some hours after its end, and is read from its files as before", async () => {
  const world = sealingTapes("AAPL", BEGIN);
  const trades = randomTrades(1, 5_000, BEGIN, 100_000);
  world.append(trades);
  const { calendar } = world;
  const days = new Set(trades.map(({ at }) => calendar.dayOf(at))).size;
  expect(days).toBeGreaterThan(2);
  await world.until(world.endOfFirstDay + 2 * HOUR - 1);
  expect(world.bucket.files.size).toBe(0);
  const [minutes] = [parseTimeframe("1Min")].flatMap((each) => each ?? []);
  if (minutes === undefined) throw new Error("no timeframe");
  const bars = await world.tape("2026-11").sealing.bars({ ...EVER, timeframe: minutes });
  await world.until((trades.at(-1)?.at ?? 0) + 3 * DAY);
  expect(world.bucket.files.size).toBe(3 * days);
  expect(world.world.logged.filter((event) => event === "seal.done")).toHaveLength(days);
  expect(await everyTrade(world)).toEqual(trades);
  expect(await everyTrade(world, 7, true)).toEqual([...trades].reverse());
  // The newest row stays.
  expect(rowsOf(world.disk("2026-11")?.db, "trades")).toBe(1);
  expect(await world.tape("2026-11").sealing.bars({ ...EVER, timeframe: minutes })).toEqual(bars);
  world.restart();
  expect(await everyTrade(world, 1_000)).toEqual(trades);
  expect(world.tape("2026-11").store.latest().trade).toEqual(trades.at(-1));
});

test("MD-71: manifests are a chain over months, and their heads follow from the trades alone", async () => {
  const world = sealingTapes("BTC/USD", BEGIN, 70);
  const trades = randomTrades(2, 1_000, Date.UTC(2026, 9, 29), 20 * 60_000);
  world.append(trades);
  await world.until((trades.at(-1)?.at ?? 0) + 3 * DAY);
  const all = world.months().flatMap((month) => world.tape(month).sealing.store.all());
  expect(world.months().length).toBeGreaterThan(1);
  expect(all.reduce((sum, { manifest }) => sum + manifest.trades.rows, 0)).toBe(trades.length);
  const chain = new TradeChain("BTC/USD", FIRST_CHAIN_HEAD);
  let [through, digest]: [number, string | null] = [0, null];
  for (const { manifest, digest: own } of all) {
    expect(manifest).toMatchObject({ previous_trade_id: through, previous_manifest: digest });
    expect(manifest.chain.previous).toBe(chain.head);
    chain.add(trades.slice(manifest.first_trade_id - 1, manifest.last_trade_id));
    expect(manifest.chain.head).toBe(chain.head);
    expect(new Set([manifest.first_at, manifest.last_at].map((at) => world.calendar.dayOf(at))).size).toBe(1);
    const key = manifest.trades.key.replace("/trades/", "/manifests/").replace(".parquet", ".json");
    const text = world.bucket.files.get(key) ?? new Uint8Array();
    expect(await sha256Of(text)).toBe(own);
    expect(sealedManifest.parse(JSON.parse(new TextDecoder().decode(text)))).toEqual(manifest);
    [through, digest] = [manifest.last_trade_id, own];
  }
  expect(all.some(({ manifest }) => manifest.part > 1)).toBe(true);
});

test("MD-72: whatever fails, and whenever the object dies, each trade is there once", async () => {
  const trades = randomTrades(3, 250, BEGIN, 20 * 60_000);
  const end = (trades.at(-1)?.at ?? 0) + 3 * DAY;
  const whole = sealingTapes("AAPL", BEGIN, 90);
  whole.append(trades);
  await whole.until(end);
  const { calls, files: expected } = whole.bucket;
  expect(calls).toBeGreaterThan(20);
  for (let nth = 1; nth <= calls; nth++) {
    for (const failsAfterEffect of [false, true]) {
      const world = sealingTapes("AAPL", BEGIN, 90);
      world.append(trades);
      Object.assign(world.bucket, { failIn: nth, failsAfterEffect });
      await world.until(world.endOfFirstDay + 4 * HOUR);
      if (nth % 2 === 0) world.restart();
      const { failIn } = world.bucket;
      world.bucket.failIn = 0;
      expect(await everyTrade(world)).toEqual(trades);
      world.bucket.failIn = failIn;
      await world.until(end);
      expect(world.world.logged.filter((event) => event === "seal.failed")).toHaveLength(1);
      expect(await everyTrade(world)).toEqual(trades);
      expect(world.bucket.files).toEqual(expected);
    }
  }
});

test("MD-72: a transaction that fails at any of its statements leaves the trades where they are", async () => {
  const trades = randomTrades(4, 400, BEGIN, 60_000);
  const end = (trades.at(-1)?.at ?? 0) + 3 * DAY;
  for (let nth = 1; ; nth++) {
    const world = sealingTapes("AAPL", BEGIN);
    world.append(trades);
    const of = world.disk("2026-11");
    if (of === undefined) throw new Error("no disk");
    of.failing.in = nth;
    await world.until(end);
    expect(await everyTrade(world)).toEqual(trades);
    const failed = of.failing.in === 0;
    of.failing.in = 0;
    expect(world.tape("2026-11").sealing.store.through).toBe(trades.length);
    if (!failed) return;
    expect(world.world.logged).toContain("seal.failed");
  }
});

test("MD-73: a client that pages while days are sealed sees each trade once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ seed: fc.nat(1_000), limit: fc.integer({ min: 1, max: 90 }), descending: fc.boolean() }),
      async ({ seed, limit, descending }) => {
        const world = sealingTapes("AAPL", BEGIN, 150);
        const trades = randomTrades(seed, 500, BEGIN, 15 * 60_000);
        world.append(trades);
        const end = (trades.at(-1)?.at ?? 0) + 3 * DAY;
        const seen: TapeTrade[] = [];
        for (let cursor: number | null = null; ;) {
          const { items, next } = await world.tape("2026-11").sealing.trades({ ...EVER, limit, descending, cursor });
          seen.push(...items);
          if (next === null) break;
          cursor = next;
          // One more file with each page.
          if (world.tape("2026-11").alarm <= end) {
            world.world.now = Math.max(world.world.now, world.tape("2026-11").alarm);
            await world.alarm("2026-11");
          }
        }
        expect(seen).toEqual(descending ? [...trades].reverse() : trades);
      },
    ),
    { numRuns: 25 },
  );
});

test("MD-73: a page that is read while its day is sealed has each trade once", async () => {
  for (const descending of [false, true]) {
    const world = sealingTapes("AAPL", BEGIN, 150);
    const trades = randomTrades(5, 500, BEGIN, 15 * 60_000);
    world.append(trades);
    const { sealing } = world.tape("2026-11");
    world.world.now = (trades.at(-1)?.at ?? 0) + 3 * DAY;
    await world.alarm("2026-11");
    const reading = sealing.trades({ ...EVER, descending });
    const working = (async () => {
      while (sealing.store.through < trades.length) await world.alarm("2026-11");
    })();
    expect((await reading).items).toEqual(descending ? [...trades].reverse() : trades);
    await working;
  }
});

test("MD-73: a page of a large day reads a small part of its file", async () => {
  const world = sealingTapes("AAPL", BEGIN);
  const trades = randomTrades(6, 80_000, BEGIN, 100);
  world.append(trades);
  await world.until((trades.at(-1)?.at ?? 0) + 3 * DAY);
  const { sealing } = world.tape("2026-11");
  const [file] = sealing.store.all();
  if (file === undefined) throw new Error("no file");
  world.restart();
  world.bucket.bytesRead = 0;
  const query = { ...EVER, limit: 1_000, cursor: 42_000 };
  const page = await world.tape("2026-11").sealing.trades(query);
  expect(page.items).toEqual(trades.slice(41_999, 42_999));
  expect(page.next).toBe(43_000);
  expect(world.bucket.bytesRead).toBeLessThan(file.manifest.trades.bytes / 4);
  // The footer is known now.
  world.bucket.bytesRead = 0;
  const [from, to] = [trades[60_000]?.at ?? 0, trades[60_200]?.at ?? 0];
  const within = await world.tape("2026-11").sealing.trades({ ...EVER, from, to });
  expect(within.items).toEqual(trades.filter(({ at }) => at >= from && at <= to));
  expect(world.bucket.bytesRead).toBeLessThan(file.manifest.trades.bytes / 8);
});

test("MD-74: late trades of a sealed day are another part of it, and a gap ends a file", async () => {
  const world = sealingTapes("AAPL", BEGIN);
  const trades = randomTrades(7, 300, BEGIN, 60_000);
  const [first, late] = [trades.slice(0, 200), trades.slice(200).map((trade) => ({ ...trade, at: trade.at - HOUR }))];
  world.append(first);
  await world.until(world.endOfFirstDay + 4 * HOUR);
  expect(world.tape("2026-11").sealing.store.through).toBe(200);
  const renumbered = late.map((trade, nth) => ({ ...trade, tradeId: trade.tradeId + (nth < 50 ? 0 : 3) }));
  world.append(renumbered.slice(0, 50));
  world.append(renumbered.slice(50));
  await world.until(world.endOfFirstDay + 8 * HOUR);
  const parts = world.tape("2026-11").sealing.store.partsOf("2026-11-03");
  expect(parts.map(({ manifest }) => [manifest.part, manifest.first_trade_id, manifest.last_trade_id])).toEqual([
    [1, 1, 200],
    [2, 201, 250],
    [3, 254, 303],
  ]);
  expect(await everyTrade(world)).toEqual([...first, ...renumbered]);
});

test("MD-75: minute bars leave the tape after 100 days, and are read from the files of their days", async () => {
  const world = sealingTapes("AAPL", BEGIN, 400);
  const trades = randomTrades(8, 2_000, BEGIN, 8 * 60_000).map((trade, nth) =>
    // Every tenth trade is reported a while after it was made.
    nth % 10 === 9 ? { ...trade, at: trade.at - 60_000 * (nth % 7) } : trade,
  );
  world.append(trades);
  const last = trades.at(-1)?.at ?? 0;
  const frames = ["1Min", "5Min", "59T", "1Hour", "23H", "1Day"].flatMap((name) => parseTimeframe(name) ?? []);
  const read = async () => {
    const { sealing } = world.tape("2026-11");
    const [from, to] = [trades[700]?.at ?? 0, trades[1_200]?.at ?? 0];
    const ranges = [EVER, { ...EVER, descending: true }, { ...EVER, from, to }, { ...EVER, from, to, limit: 9 }];
    return Promise.all(frames.flatMap((timeframe) => ranges.map((range) => sealing.bars({ ...range, timeframe }))));
  };
  const before = await read();
  await world.until(last + 90 * DAY);
  const minutes = rowsOf(world.disk("2026-11")?.db, "minutes");
  expect(await read()).toEqual(before);
  await world.until(last + MINUTES_KEPT_MS + 3 * DAY);
  expect(rowsOf(world.disk("2026-11")?.db, "minutes")).toBeLessThan(minutes / 5);
  expect(world.tape("2026-11").sealing.store.droppedDays().size).toBeGreaterThan(5);
  expect(await read()).toEqual(before);
  expect(world.tape("2026-11").store.latest()).toMatchObject({ minuteBar: { lastAt: expect.any(Number) as number } });
});

test("MD-75, MD-55: bars of the past of a day that trades were made on later stay when its minutes leave the tape", async () => {
  const world = sealingTapes("AAPL", BEGIN);
  const { store, sealing } = world.tape("2026-11");
  const at = BEGIN + HOUR;
  const prices = { open: 1, high: 2, low: 1, close: 2, volume: 5n, turnover: 9n, count: 1 };
  const past = [0, 1, 2].map((nth) => ({ ...prices, at: at + nth * 60_000 }));
  const timed = past.map((bar) => ({ ...bar, firstAt: bar.at, lastAt: bar.at + 59_999 }));
  store.putMinutes({ source: "imported", bars: packBars(timed) }, at + HOUR);
  const trades = randomTrades(10, 600, at + 2 * HOUR, 8 * 60_000);
  world.append(trades);
  const [timeframe] = [parseTimeframe("1Min")].flatMap((each) => each ?? []);
  if (timeframe === undefined) throw new Error("no timeframe");
  const read = (descending: boolean) => sealing.bars({ ...EVER, timeframe, descending });
  const before = await Promise.all([false, true].map(read));
  expect(before[0]?.items.slice(0, 3)).toEqual(timed);
  await world.until((trades.at(-1)?.at ?? 0) + MINUTES_KEPT_MS + 3 * DAY);
  expect(sealing.store.droppedDays().size).toBeGreaterThan(1);
  expect(await Promise.all([false, true].map(read))).toEqual(before);
});

test("MD-75: a page has every bar while days leave the tape", async () => {
  const world = sealingTapes("AAPL", BEGIN);
  const trades = randomTrades(11, 2_000, BEGIN, 8 * 60_000);
  world.append(trades);
  const { sealing } = world.tape("2026-11");
  const [timeframe] = [parseTimeframe("5Min")].flatMap((each) => each ?? []);
  if (timeframe === undefined) throw new Error("no timeframe");
  const whole = await sealing.bars({ ...EVER, timeframe });
  const end = (trades.at(-1)?.at ?? 0) + MINUTES_KEPT_MS + 3 * DAY;
  while (sealing.store.droppedDays().size === 0) await world.until(world.tape("2026-11").alarm);
  const { bucket } = world;
  const get = bucket.get.bind(bucket);
  // The others leave while the first one is read.
  bucket.get = async (...call) => {
    bucket.get = get;
    await world.until(end);
    return get(...call);
  };
  expect(await sealing.bars({ ...EVER, timeframe })).toEqual(whole);
  expect(sealing.store.droppedDays().size).toBeGreaterThan(2);
});

test("MD-75: minute bars that no trades have made stay in the tape", async () => {
  const world = sealingTapes("AAPL", BEGIN);
  const trades = randomTrades(9, 600, BEGIN, 8 * 60_000);
  world.append(trades);
  const { store } = world.tape("2026-11");
  const at = BEGIN + 5 * 60_000;
  const prices = { open: 1, high: 2, low: 1, close: 2, volume: 5n, turnover: 9n, count: 1, firstAt: at, lastAt: at };
  store.tables.minutes.put({ at, ...prices });
  await world.until((trades.at(-1)?.at ?? 0) + MINUTES_KEPT_MS + 3 * DAY);
  expect(store.tables.minutes.get(at)).toMatchObject(prices);
  expect(world.tape("2026-11").sealing.store.droppedDays().size).toBeGreaterThan(0);
});
