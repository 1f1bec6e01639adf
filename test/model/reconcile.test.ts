import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Account } from "../../durable-objects/account/object.ts";
import { AuditShard } from "../../durable-objects/audit/object.ts";
import { OrderBook } from "../../durable-objects/orderbook/object.ts";
import { Transfers } from "../../durable-objects/transfers/object.ts";
import type { ActorReport } from "../../protocol/rpc/actor.ts";
import { playDay } from "../journals/day.ts";
import { Host } from "../journals/host.ts";

vi.mock("cloudflare:workers", () => import("../simulation/platform.ts"));

const classes = { account: Account, book: OrderBook, audit: AuditShard, transfers: Transfers };

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-11-20T12:00:00-05:00") }));
afterEach(() => void vi.useRealTimers());

/** The objects after a day whose messages have all arrived, restarted with the storage of one of them lost. */
async function dayAfter(lost: string | null): Promise<Host> {
  const rest = async () => void (await vi.advanceTimersByTimeAsync(1_000));
  const day = await playDay(classes, false, rest, false);
  day.cut.clear();
  await vi.advanceTimersByTimeAsync(30_000);
  const host = new Host(
    classes,
    day.disks().filter(({ address }) => address !== lost),
  );
  day.close();
  return host;
}

/** The alerts that an object reports after a reconciliation. */
async function afterRound(host: Host, address: string): Promise<ActorReport> {
  await host.call(address, "alarm");
  await vi.advanceTimersByTimeAsync(1_000);
  return await host.call(address, "inspect");
}

test("AK-11: after a trading day actors agree", async () => {
  const host = await dayAfter(null);
  for (const address of ["account/ann", "account/bob", "book/AAPL", "book/F"]) {
    const { alerts, parked, peers } = await afterRound(host, address);
    expect([alerts, parked]).toEqual([[], []]);
    expect(peers.length).toBeGreaterThan(1);
    for (const { sent, acknowledged } of peers) expect(acknowledged).toBe(sent);
  }
  host.close();
});

test("AK-10, AK-11: a book whose storage was lost is an alert of its accounts, once, and in their audit trails", async () => {
  const host = await dayAfter("book/AAPL");
  await afterRound(host, "account/ann");
  vi.advanceTimersByTime(120_000);
  const { alerts, peers } = await afterRound(host, "account/ann");
  const facts = { peer: "book/AAPL", reason: "the peer has forgotten what it had acknowledged" };
  expect(alerts).toMatchObject([{ kind: "cursor_diverged", facts, open: true }]);
  const shard = peers.find(({ peer }) => peer === "audit/0");
  expect(shard?.sent).toBeGreaterThan(20);
  expect((await host.call<ActorReport>("audit/0", "inspect")).peers.map(({ applied }) => applied)).toContain(
    shard?.sent,
  );
  host.close();
});

test("AK-11: an account whose storage was lost is an alert of the books that have its orders", async () => {
  const host = await dayAfter("account/ann");
  const { alerts } = await afterRound(host, "book/AAPL");
  expect(alerts).toMatchObject([{ kind: "cursor_diverged", facts: { peer: "account/ann" } }]);
  host.close();
});
