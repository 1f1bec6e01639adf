/** What books and accounts give to streams, inside workerd: over restarts, lost pushes and relays that were away. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { accountObject, orderBookObject, relayObject } from "../../durable-objects/actor/namespaces.ts";
import { DepthCopy, type DepthFrameElement } from "../../protocol/mapping/testing.ts";
import { decodeSegmentMessage } from "../../protocol/rpc/segmentLink.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import type { Origin, TradeUpdate } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const WAIT_OPTIONS = { timeout: 10_000 };
const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

/** Methods of the fake relay besides those of a relay. */
interface FakeRelay {
  pushed(): Promise<(MarketSegment | { accountId: string; updates: readonly TradeUpdate[]; through: number })[]>;
  /** Fails the next pushes. */
  goAway(pushes: number): Promise<void>;
  /** What books sent on links, which relays with names that begin with "linked" take. */
  receivedOnLinks(): Promise<ArrayBuffer[]>;
  endLinks(): Promise<void>;
}

const relay = (name: string) => relayObject(env, name) as unknown as FakeRelay;

async function trader(symbol: string): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(who, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  await account.deposit(who, { reference: "lots", symbol, amount: "100" }, ORIGIN);
  return who;
}

async function submit(who: Principal, symbol: string, side: "buy" | "sell", qty: number, below = 0) {
  const limitPrice = String(requireInstrument(symbol).referencePrice / 10_000 - below);
  const ticket = ticketWith({ symbol, side, qty: String(qty), limitPrice, clientOrderId: crypto.randomUUID() });
  expect(await accountObject(env, who.accountId).submitOrder(who, ticket, ORIGIN)).toMatchObject({ ok: true });
}

const sequences = (updates: readonly TradeUpdate[]) => updates.map(({ sequence }) => sequence);
const upTo = (last: number) => Array.from({ length: last }, (_, nth) => nth + 1);

test("WS-11: every update of an account is in its log with its commit, over a restart, and a snapshot says where it is", async () => {
  const symbol = "NFLX";
  const who = await trader(symbol);
  const account = () => accountObject(env, who.accountId);
  expect(await account().updatesAfter(0, 10)).toEqual({ updates: [], through: 0, oldest: 1 });
  const other = await trader(symbol);
  await submit(who, symbol, "sell", 3);
  await submit(other, symbol, "buy", 1);
  // The other side of the trade is told by the book's next message.
  await vi.waitFor(async () => {
    expect((await account().updatesAfter(0, 100)).updates.map(({ event }) => event)).toContain("partial_fill");
  }, WAIT_OPTIONS);
  await submit(who, symbol, "buy", 1, 1);
  await submit(other, symbol, "sell", 1, 1);
  await vi.waitFor(async () => {
    expect((await account().updatesAfter(0, 100)).updates.map(({ event }) => event)).toContain("fill");
  }, WAIT_OPTIONS);
  const before = await account().updatesAfter(0, 100);
  await abortAllDurableObjects();
  const after = await account().updatesAfter(0, 100);
  expect(after.through).toBeGreaterThanOrEqual(before.through);
  expect(after.updates.slice(0, before.through)).toEqual(before.updates);
  expect(sequences(after.updates)).toEqual(upTo(after.through));
  expect(after.updates.map(({ event }) => event)).toEqual(expect.arrayContaining(["new", "partial_fill", "fill"]));
  expect(sequences((await account().updatesAfter(2, 2)).updates)).toEqual([3, 4]);
  const snapshot = await account().snapshot();
  expect(snapshot).toMatchObject({ through: after.through, orders: [{ side: "sell", status: "partially_filled" }] });
  expect(await account().subscribe("nobody", 1)).toEqual({ through: after.through });
});

test("WS-13: a relay that was away is given every update, and each push says how far the account is", async () => {
  const symbol = "META";
  const who = await trader(symbol);
  const away = relay("away");
  await accountObject(env, who.accountId).subscribe("away", 1);
  await away.goAway(4);
  await submit(who, symbol, "buy", 1);
  await submit(who, symbol, "buy", 1);
  const { through } = await accountObject(env, who.accountId).updatesAfter(0, 1);
  await vi.waitFor(async () => {
    const pushed = (await away.pushed()).flatMap((push) => ("updates" in push ? [...push.updates] : []));
    expect(sequences(pushed)).toEqual(upTo(through));
  }, WAIT_OPTIONS);
  expect((await away.pushed()).at(-1)).toMatchObject({ accountId: who.accountId, through });
});

test("WS-13, MD-7: an account and a book that restarted tell their relays how far they are", async () => {
  const symbol = "COST";
  const who = await trader(symbol);
  await accountObject(env, who.accountId).subscribe("told", 1);
  await orderBookObject(env, symbol).subscribe("told", 1);
  await abortAllDurableObjects();
  await submit(who, symbol, "buy", 1);
  await abortAllDurableObjects();
  // Somebody asks, and so they wake.
  const { through } = await accountObject(env, who.accountId).updatesAfter(0, 1);
  const { sequence } = await orderBookObject(env, symbol).top();
  await vi.waitFor(async () => {
    const pushed = await relay("told").pushed();
    expect(pushed).toContainEqual({ accountId: who.accountId, updates: [], through });
    expect(pushed).toContainEqual(expect.objectContaining({ symbol, sequence, previous: sequence, tradeCount: 0 }));
  }, WAIT_OPTIONS);
});

test("MD-107: a busy book sends its segments on a link, and calls again when that ends", async () => {
  const symbol = "AMD";
  const who = await trader(symbol);
  const linked = relay("linked-1");
  await orderBookObject(env, symbol).subscribe("linked-1", 1);
  const received = async () => (await linked.receivedOnLinks()).map(decodeSegmentMessage);
  const pushed = async () => (await linked.pushed()) as MarketSegment[];
  let orders = 0;
  const submitUntil = async (done: () => Promise<boolean>) => {
    const count = async () => (await pushed()).length + (await received()).length;
    while (!(await done())) {
      const before = await count();
      // Each is the best bid.
      await submit(who, symbol, "buy", 1, 1 - ++orders / 100);
      await vi.waitFor(async () => expect(await count()).toBeGreaterThan(before), WAIT_OPTIONS);
    }
  };
  await submitUntil(async () => (await received()).length >= 3);
  const calls = (await pushed()).length;
  await linked.endLinks();
  await submitUntil(async () => (await pushed()).length > calls);
  await submitUntil(async () => (await received()).length >= 6);
  const { sequence } = await orderBookObject(env, symbol).top();
  await vi.waitFor(async () => {
    const all = [...(await pushed()), ...(await received())].sort((a, b) => a.sequence - b.sequence);
    expect(all.at(-1)?.sequence).toBe(sequence);
    // Together they leave no gap.
    let position = 0;
    for (const segment of all) {
      if (segment.sequence > segment.previous) expect(segment.previous).toBeLessThanOrEqual(position);
      position = segment.sequence;
    }
  }, WAIT_OPTIONS);
});

test("MD-6: a book answers from any cursor what it pushed, also after a restart", async () => {
  const symbol = "TSLA";
  const who = await trader(symbol);
  const other = await trader(symbol);
  const book = () => orderBookObject(env, symbol);
  expect(await book().subscribe("viewers", 1)).toMatchObject({ through: 0, quote: null, imbalance: null });
  await submit(who, symbol, "sell", 9);
  for (let nth = 0; nth < 3; nth++) await submit(other, symbol, "buy", 1);
  const { sequence } = await book().top();
  const pushed = await vi.waitFor(async () => {
    const segments = (await relay("viewers").pushed()) as MarketSegment[];
    expect(segments.at(-1)?.sequence).toBe(sequence);
    return segments;
  }, WAIT_OPTIONS);
  const numbers = (bytes: Uint8Array) => (decodeSegment(bytes) as { seq: number }[]).map(({ seq }) => seq);
  const live = pushed.flatMap(({ trades }) => numbers(trades));
  expect(live).toHaveLength(3);
  expect(pushed.map(({ previous }) => previous)).toEqual([
    0,
    ...pushed.slice(0, -1).map((segment) => segment.sequence),
  ]);
  await abortAllDurableObjects();
  for (const cursor of [0, ...live]) {
    const answer = await book().since(cursor);
    if (answer.kind !== "segment") throw new Error(answer.kind);
    expect(numbers(answer.segment.trades)).toEqual(live.filter((number) => number > cursor));
    expect(answer.segment).toMatchObject({ symbol, previous: cursor, sequence });
  }
  expect(await book().since(sequence + 1)).toEqual({ kind: "ahead", sequence });
});

test("MD-104: a relay that listens to depth is given it, over a restart of the book, and the others are not", async () => {
  const symbol = "WMT";
  const who = await trader(symbol);
  const book = () => orderBookObject(env, symbol);
  await submit(who, symbol, "buy", 1);
  const copies = { depth: new DepthCopy(), orders: new DepthCopy() };
  const take = (from: Pick<MarketSegment, "depth" | "orders">) => {
    for (const part of ["depth", "orders"] as const) {
      for (const element of decodeSegment(from[part]?.bytes ?? new Uint8Array()) as DepthFrameElement[]) {
        if (element.seq > copies[part].seq) copies[part].take(element);
      }
    }
  };
  const begun = await book().subscribe("deep", 1, ["depth", "orders"]);
  expect(await book().subscribe("flat", 1)).not.toHaveProperty("depth");
  take(begun);
  expect(begun.orders?.owners?.[who.accountId]).toHaveLength(1);
  const seen = async (qtys: number[]) => {
    await vi.waitFor(async () => {
      for (const segment of (await relay("deep").pushed()) as MarketSegment[]) take(segment);
      for (const copy of Object.values(copies)) expect(copy.rows("b").map(({ s }) => s)).toEqual(qtys);
    }, WAIT_OPTIONS);
    const { bids } = await book().resting();
    expect(copies.orders.rows("b").map(({ id }) => id)).toEqual(bids.map(({ ref }) => ref));
  };
  await submit(who, symbol, "buy", 2, 1);
  await seen([1, 2]);
  expect(((await relay("flat").pushed()) as MarketSegment[]).filter(({ depth, orders }) => depth ?? orders)).toEqual(
    [],
  );
  await abortAllDurableObjects();
  await submit(who, symbol, "buy", 3, 2);
  await seen([1, 2, 3]);
  expect([copies.depth.snapshots, copies.orders.snapshots]).toEqual([1, 1]);
  // The changes before the restart are no longer kept.
  const since = await book().since(1, ["depth"]);
  if (since.kind !== "segment") throw new Error(since.kind);
  expect(decodeSegment(since.segment.depth?.bytes ?? new Uint8Array())).toMatchObject([
    { r: true, reason: "cursor_too_old" },
  ]);
  expect(since.segment).not.toHaveProperty("orders");
});
