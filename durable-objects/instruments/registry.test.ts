import { NO_LIMITS } from "../../domain/risk/limits.ts";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { InstrumentChange } from "../../domain/market/instrumentChange.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { storage } from "../../test/objectStorage.ts";
import { CachedInstruments, INSTRUMENTS_FRESH_MS } from "../instrumentCache/cachedInstruments.ts";
import { Registry } from "./registry.ts";

const ZED: InstrumentChange = {
  kind: "list",
  symbol: "ZED",
  name: "Zed",
  exchange: "NYSE",
  referencePrice: 125_000,
  leastValue: 10_000,
  priceLimit: 5_000,
  tick: 100,
  lot: 1,
};
const TICK: InstrumentChange = { kind: "change", symbol: "AAPL", tick: 500 };

/** A registry on SQLite, and books that have what they were told, unless they are away. */
function testRegistry() {
  const objects = storage(new DatabaseSync(":memory:"));
  const books = new Map<string, Instrument>();
  const calls: string[] = [];
  const known = { away: false, alarm: null as number | null, gate: Promise.resolve() };
  const start = () =>
    new Registry({
      storage: objects,
      hasFeed: false,
      tellBook: async (instrument) => {
        calls.push(`${instrument.symbol} ${instrument.version}`);
        await known.gate;
        if (known.away) throw new Error("away");
        const before = books.get(instrument.symbol);
        if (before === undefined || before.version < instrument.version) books.set(instrument.symbol, instrument);
        return books.get(instrument.symbol)?.version ?? -1;
      },
      armBy: (at) => {
        known.alarm = at;
      },
      now: () => 1_000,
      log: () => undefined,
    });
  return { registry: start(), restart: start, books, calls, known };
}

test("MK-21: a decision is in force when its book has it, and is listed from then on", async () => {
  const { registry, books } = testRegistry();
  expect(registry.since(0)).toBeNull();
  expect(await registry.change(ZED, "ann")).toMatchObject({ ok: true, inForce: true, instrument: { version: 1 } });
  expect(books.get("ZED")).toMatchObject({ status: "active", version: 1 });
  expect(registry.since(0)).toMatchObject({ revision: 1, instruments: [{ symbol: "ZED" }] });
  expect(registry.since(1)).toBeNull();
  expect(await registry.change(TICK, "ann")).toMatchObject({ ok: true, instrument: { version: 2, tick: 500 } });
  expect(registry.since(1)).toMatchObject({ revision: 2, instruments: [{ symbol: "AAPL" }, { symbol: "ZED" }] });
});

test("MK-21: what a book could not be told is not listed, and is repeated until it is, also after a restart", async () => {
  const { registry, restart, known, calls } = testRegistry();
  known.away = true;
  expect(await registry.change(ZED, "ann")).toMatchObject({ ok: true, inForce: false });
  expect(registry.since(0)).toBeNull();
  expect(known.alarm).toBe(6_000);
  known.alarm = null;
  const again = restart();
  expect(known.alarm).toBe(6_000);
  await again.retry();
  expect(again.since(0)).toBeNull();
  known.away = false;
  await again.retry();
  expect(calls).toEqual(["ZED 1", "ZED 1", "ZED 1"]);
  expect(again.since(0)).toMatchObject({ revision: 1 });
  expect(again.decided("ZED")).toMatchObject({ inForce: true });
  // Nothing waits any more.
  known.alarm = null;
  await again.retry();
  expect([calls.length, known.alarm]).toEqual([3, null]);
});

test("MK-21: decisions about one symbol reach its book one after the other, the newest one last", async () => {
  const { registry, books, calls, known } = testRegistry();
  let open = (): void => undefined;
  known.gate = new Promise((resolve) => {
    open = resolve;
  });
  const both = [registry.change(TICK, "ann"), registry.change({ kind: "delist", symbol: "AAPL" }, "bob")];
  open();
  expect(await Promise.all(both)).toMatchObject([
    { ok: true, inForce: true },
    { ok: true, inForce: true },
  ]);
  expect(calls).toEqual(["AAPL 2"]);
  expect(books.get("AAPL")).toMatchObject({ tick: 500, status: "delisted", version: 2 });
});

test("MK-23: what is delisted is not listed again, and a refusal leaves no decision", async () => {
  const { registry } = testRegistry();
  await registry.change({ kind: "delist", symbol: "AAPL" }, "ann");
  expect(await registry.change({ ...ZED, symbol: "AAPL" }, "ann")).toEqual({
    ok: false,
    refusal: { reason: "delisted" },
  });
  expect(await registry.change(TICK, "ann")).toEqual({ ok: false, refusal: { reason: "delisted" } });
  expect(registry.since(0)).toMatchObject({ revision: 1, instruments: [{ symbol: "AAPL", status: "delisted" }] });
});

test("MD-114: no symbol takes its prices from a feed where there is none, and the refusal leaves no decision", async () => {
  const { registry } = testRegistry();
  const change = (priceSource: "own" | "feed") =>
    registry.change({ kind: "change", symbol: "AAPL", priceSource }, "ann");
  expect(await change("feed")).toEqual({ ok: false, refusal: { reason: "no_feed" } });
  expect(registry.since(0)).toBeNull();
  expect(await change("own")).toMatchObject({ ok: true });
});

test("MK-24: a list is asked for anew after two seconds, and the one that is known counts while nobody answers", async () => {
  const { registry, known } = testRegistry();
  let now = 10_000;
  let asked = 0;
  let away = false;
  const failures: unknown[] = [];
  const cache = new CachedInstruments({
    since: async (revision) => {
      asked++;
      if (away) throw new Error("away");
      return registry.since(revision);
    },
    now: () => now,
    failed: (error) => void failures.push(error),
  });
  expect((await cache.current()).find("ZED")).toBeUndefined();
  expect((await cache.current()).find("AAPL")).toMatchObject({ version: 0 });
  await registry.change(ZED, "ann");
  now += INSTRUMENTS_FRESH_MS - 1;
  expect((await cache.current()).find("ZED")).toBeUndefined();
  expect(asked).toBe(1);
  now += 1;
  const list = await cache.current();
  expect(list.find("ZED")).toMatchObject({ version: 1 });
  expect(list.all.map(({ symbol }) => symbol)).toContain("MSFT");
  away = true;
  now += INSTRUMENTS_FRESH_MS;
  expect((await cache.current()).find("ZED")).toMatchObject({ version: 1 });
  expect(failures).toHaveLength(1);
  // A clock that was set back does not keep an old list.
  away = false;
  now -= 5_000;
  await cache.current();
  expect(asked).toBe(4);
  expect(known.away).toBe(false);
});

test("MK-24: a list that lacks a symbol which an account holds is asked for again at once", async () => {
  const { registry } = testRegistry();
  let asked = 0;
  let away = false;
  const cache = new CachedInstruments({
    since: async (revision) => {
      asked++;
      if (away) throw new Error("away");
      return registry.since(revision);
    },
    now: () => 10_000,
    failed: () => undefined,
  });
  await cache.current();
  await registry.change(ZED, "ann");
  expect((await cache.having(["AAPL"])).find("ZED")).toBeUndefined();
  expect(asked).toBe(1);
  away = true;
  expect((await cache.having(["AAPL", "ZED"])).find("ZED")).toBeUndefined();
  away = false;
  expect((await cache.having(["AAPL", "ZED"])).find("ZED")).toMatchObject({ version: 1 });
  await cache.having(["ZED"]);
  expect(asked).toBe(3);
});

test("MK-24: who asks while another's question is unanswered uses no older list, and an older answer replaces no newer one", async () => {
  const { registry } = testRegistry();
  await registry.change(ZED, "ann");
  let now = 10_000;
  const answers: (() => void)[] = [];
  const cache = new CachedInstruments({
    since: async (revision) => {
      const answer = registry.since(revision);
      await new Promise<void>((resolve) => answers.push(resolve));
      return answer;
    },
    now: () => now,
    failed: (error) => expect.fail(String(error)),
  });
  const versions = async (asking: readonly ReturnType<CachedInstruments["current"]>[]) =>
    (await Promise.all(asking)).map((list) => list.find("ZED")?.version);
  const cold = [cache.current(), cache.current()];
  for (const answer of answers.splice(0)) answer();
  expect(await versions(cold)).toEqual([1, 1]);
  now += 60_000;
  const late = cache.current();
  const [older] = answers.splice(0);
  await registry.change({ ...TICK, symbol: "ZED" }, "ann");
  const newer = cache.current();
  for (const answer of answers.splice(0)) answer();
  expect(await versions([newer])).toEqual([2]);
  older?.();
  expect(await versions([late])).toEqual([2]);
});

test("MK-24: a list is confirmed when the object has given it, not while it is the last one that was known", async () => {
  const { registry } = testRegistry();
  let [now, away] = [10_000, true];
  const cache = new CachedInstruments({
    since: async (revision) => {
      if (away) throw new Error("away");
      return registry.since(revision);
    },
    now: () => now,
    failed: () => undefined,
  });
  const confirmed = async () => (await cache.newest()).confirmed;
  expect([await confirmed(), await confirmed()]).toEqual([false, false]);
  away = false;
  now += INSTRUMENTS_FRESH_MS;
  expect([await confirmed(), await confirmed()]).toEqual([true, true]);
  away = true;
  now += INSTRUMENTS_FRESH_MS;
  expect(await confirmed()).toBe(false);
});

test("RK-14: limits of plans come with the list, newest first, and an approval sets them once", async () => {
  const { registry, restart } = testRegistry();
  let now = 10_000;
  let answers = false;
  const cache = new CachedInstruments({
    since: async (revision) => {
      if (!answers) throw new Error("away");
      return registry.since(revision);
    },
    now: () => now,
    failed: () => undefined,
  });
  const known = async (plan: string) => {
    now += INSTRUMENTS_FRESH_MS;
    await cache.current();
    return cache.planLimits(plan);
  };
  // Nothing is known while nobody has answered.
  expect(await known("pro")).toBeNull();
  answers = true;
  expect(await known("pro")).toEqual({ plan: "pro", version: 0, limits: NO_LIMITS });
  const by = (approval: string) => ({ asked: "ann", approved: "ben", approval });
  const limits = { ...NO_LIMITS, orderValue: 5 };
  const set = registry.plans.set("pro", limits, by("a"));
  expect([set, registry.plans.set("pro", NO_LIMITS, by("a"))]).toEqual([set, set]);
  expect(await known("pro")).toEqual({ plan: "pro", version: 1, limits });
  expect(await known("standard")).toMatchObject({ version: 0 });
  registry.plans.set("pro", NO_LIMITS, by("b"));
  registry.plans.set("standard", limits, by("c"));
  expect(restart().since(0)?.plans).toEqual([
    { plan: "pro", version: 2, limits: NO_LIMITS },
    { plan: "standard", version: 1, limits },
  ]);
  await registry.change(ZED, "ann");
  expect(await known("pro")).toEqual({ plan: "pro", version: 2, limits: NO_LIMITS });
  expect((await cache.current()).find("ZED")).toMatchObject({ version: 1 });
  answers = false;
  expect(await known("standard")).toMatchObject({ version: 1 });
});
