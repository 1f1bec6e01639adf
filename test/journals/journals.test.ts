import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Order } from "../../domain/account/state/order.ts";
import { Account } from "../../durable-objects/account/object.ts";
import { FORMAT } from "../../durable-objects/actor/formats.ts";
import { AuditShard } from "../../durable-objects/audit/object.ts";
import { OrderBook } from "../../durable-objects/orderbook/object.ts";
import type { AccountView } from "../../protocol/rpc/account.ts";
import { restart, tell } from "./day.ts";
import type { Told } from "./day.ts";
import { fixtureNames, readFixture } from "./fixtures.ts";
import { Host } from "./host.ts";
import { isKind, stepsOf } from "./steps.ts";

vi.mock("cloudflare:workers", () => import("../simulation/platform.ts"));

const classes = { account: Account, book: OrderBook, audit: AuditShard };
const fixtures = fixtureNames().map((name) => ({ name, fixture: readFixture(name) }));

let host: Host | null = null;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  host?.close();
  host = null;
});

describe.each(fixtures)("AK-7: this release starts from the disks of $name", ({ fixture }) => {
  test.each(fixture.days)("$name: everything is told as it was", async ({ disks, told }) => {
    vi.setSystemTime(fixture.at);
    host = restart(classes, disks);
    const now = await tell(host);
    // Later releases may return more fields, never fewer.
    expect(now).toMatchObject(withUpgrades(told, fixture.format));
    for (const address of Object.keys(told)) {
      const lists = (answers: Readonly<Record<string, unknown>> | undefined) =>
        Object.entries(answers ?? {}).flatMap(([question, answer]) =>
          Array.isArray(answer) ? [`${question}: ${answer.length}`] : [],
        );
      expect(lists(now[address])).toEqual(lists(told[address]));
    }
  });

  test.each(fixture.days)("$name: what waited in the outboxes is delivered, once", async ({ disks, told }) => {
    vi.setSystemTime(fixture.at);
    host = new Host(classes, disks);
    for (const address of Object.keys(told))
      await host.call(address, "deliver", { from: "nobody", first: 1, messages: [], ack: 0 });
    await vi.advanceTimersByTimeAsync(30_000);
    const now = await tell(host);
    let waited = 0;
    for (const [address, answers] of Object.entries(told)) {
      for (const [question, before] of Object.entries(answers)) {
        if (!question.startsWith("mail for ")) continue;
        const after = now[address]?.[question] as { first: number; messages: number };
        const { first, messages } = before as { first: number; messages: number };
        expect(after.messages, `${address}: ${question}`).toBe(0);
        expect(after.first, `${address}: ${question}`).toBeGreaterThanOrEqual(first + messages);
        waited += messages;
      }
      const open = (now[address]?.["open"] ?? []) as Order[];
      expect(open.filter(({ status }) => status === "pending_new")).toEqual([]);
    }
    expect(waited).toBeGreaterThan(5);
  });
});

test("AK-12: a book of an older release follows today's rules from its first commit on, before anything else, and once", async () => {
  const old = fixtures.filter(({ fixture }) => fixture.format < 5).flatMap(({ fixture }) => fixture.days);
  expect(old.length).toBeGreaterThan(0);
  for (const { disks } of old) {
    host = restart(classes, disks);
    const rules = () =>
      stepsOf(host?.disks() ?? [], "book/AAPL").flatMap((step, nth) => (isKind(step, "rules") ? [nth] : []));
    const before = stepsOf(disks, "book/AAPL").length;
    expect(rules()).toEqual([]);
    for (const orderId of ["one", "other"]) {
      const messages = [{ kind: "cancel", orderId }];
      await host.call("book/AAPL", "deliver", { from: `account/${orderId}`, first: 1, messages, ack: 0 });
    }
    expect(rules()).toEqual([before]);
    host.close();
    host = null;
  }
});

/** The first format whose accounts have tax lots. */
const LOTS_SINCE = 9;

/** What was told, with the audit events that an account of an older release sends in its first commit. */
function withUpgrades(told: Told, format: number): Told {
  if (format >= LOTS_SINCE) return told;
  const upgraded = Object.entries(told).map(([address, answers]) => {
    const mail = answers["mail for audit/0"] as { readonly messages: number } | undefined;
    if (mail === undefined || !address.startsWith("account/")) return [address, answers] as const;
    return [address, { ...answers, "mail for audit/0": { ...mail, messages: mail.messages + 1 } }] as const;
  });
  return Object.fromEntries(upgraded);
}

test("PF-11: an account of an older release gets tax lots in its first commit, before anything else, and once", async () => {
  const old = fixtures.filter(({ fixture }) => fixture.format < LOTS_SINCE);
  for (const { fixture } of old) {
    vi.setSystemTime(fixture.at);
    for (const { disks } of fixture.days) {
      host = restart(classes, disks);
      const opened = () =>
        stepsOf(host?.disks() ?? [], "account/ann").flatMap((step, nth) => (isKind(step, "lots_opened") ? [nth] : []));
      const before = stepsOf(disks, "account/ann").length;
      expect(opened()).toEqual([]);
      const summary = () => host?.call<AccountView>("account/ann", "summary");
      const averaged = await summary();
      for (let nth = 0; nth < 2; nth++) {
        const empty = { from: `nobody/${nth}`, first: 1, messages: [], ack: 0 };
        await host.call("account/ann", "deliver", empty);
      }
      expect(opened()).toEqual([before]);
      // Only tax lots tell what was bought today.
      expect((await summary())?.positions).toMatchObject(averaged?.positions ?? []);
      expect(averaged?.positions.length).toBeGreaterThan(0);
      host.close();
      host = null;
    }
  }
});

test("AK-7: the release that changed the row format last has left its disks here", () => {
  expect(Math.max(...fixtures.map(({ fixture }) => fixture.format))).toBe(FORMAT);
});
