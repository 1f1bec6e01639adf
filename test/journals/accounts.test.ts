/** Accounts of formats from 9 on: their balances, tax lots, fees and settlement, settings and transfers between them. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Activity } from "../../domain/account/activities/activity.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import { Account } from "../../durable-objects/account/object.ts";
import { PaperAccount } from "../../durable-objects/account/paperObject.ts";
import { AuditShard } from "../../durable-objects/audit/object.ts";
import { HouseAccount } from "../../durable-objects/house/object.ts";
import { OrderBook } from "../../durable-objects/orderbook/object.ts";
import { PaperBook } from "../../durable-objects/paperbook/object.ts";
import { Transfers } from "../../durable-objects/transfers/object.ts";
import type { AccountView } from "../../protocol/rpc/account.ts";
import type { SettlementView } from "../../protocol/rpc/accountSettlement.ts";
import type { LotsPage } from "../../protocol/rpc/lots.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";
import { OWNERS, PAID_IN, PAPER, PAPER_ID, SYMBOLS, tellAccounts } from "./accountsDay.ts";
import { ORIGIN, principalOf, restart, type Told } from "./day.ts";
import { fixtureNames, readFixture } from "./fixtures.ts";
import { Host } from "./host.ts";
import { kindOf, stepsOf } from "./steps.ts";

vi.mock("cloudflare:workers", () => import("../simulation/platform.ts"));

const classes = {
  account: Account,
  book: OrderBook,
  audit: AuditShard,
  transfers: Transfers,
  house: HouseAccount,
  "paper-account": PaperAccount,
  "paper-book": PaperBook,
};
const days = fixtureNames().flatMap((file) => {
  const { accounts = [] } = readFixture(file);
  return accounts.map((day) => Object.assign(day, { file }));
});
const LIVE = Object.keys(OWNERS).filter((address) => address !== PAPER);
const DEE = "account/dee";

let host: Host | null = null;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  host?.close();
  host = null;
});

/** A commit that changes nothing of its own. */
async function wake(address: string): Promise<void> {
  const from = address.startsWith("paper-") ? "paper-account/nobody" : "account/nobody";
  await host?.call(address, "deliver", { from, first: 1, messages: [], ack: 0 });
}

const summaryOf = (told: Told, address: string) => told[address]?.["summary"] as AccountView;
const settlementOf = (told: Told, address: string) => told[address]?.["settlement"] as SettlementView;
const lotsOf = (told: Told, address: string, symbol: string) => told[address]?.[`lots ${symbol}`] as LotsPage;
const ordersOf = (told: Told, address: string) => (told[address]?.["orders"] ?? []) as OrderView[];
const activitiesOf = (told: Told, address: string) =>
  (told[address]?.["activities"] as { readonly activities: readonly Activity[] } | undefined)?.activities ?? [];
const feesIn = (all: readonly Activity[]) => all.reduce((sum, each) => sum - (each.type === "FEE" ? each.cash : 0), 0);

test("a day of accounts is recorded, with snapshots and without", () => {
  expect(days.map(({ file, name }) => `${file} ${name}`)).toContain("format-09.json.gz rows only");
  expect(days.map(({ file, name }) => `${file} ${name}`)).toContain("format-09.json.gz snapshots and rows");
});

/** Leaves out what answers have told only since the day was recorded. */
const ofRecording = (key: string, value: unknown): unknown => (key === "exchangeLimits" ? undefined : value);

describe.each(days)("AK-7: accounts of $file, $name", ({ name, at, disks, told }) => {
  test("everything is told as it was", async () => {
    vi.setSystemTime(at);
    host = restart(classes, disks);
    const now = await tellAccounts(host);
    expect(now).toMatchObject(told);
    const sizes = (all: Told) =>
      Object.entries(all).map(([address, answers]) => [
        address,
        ...Object.values(answers).map((answer) => JSON.stringify(answer, ofRecording)?.split('":[').length),
        ordersOf(all, address).length,
      ]);
    expect(sizes(now)).toEqual(sizes(told));
  });

  test("PF-10, PF-47, PF-60: cash is what the activities add up to, lots add up to positions, settled and unsettled to cash", async () => {
    vi.setSystemTime(at);
    host = restart(classes, disks);
    const now = await tellAccounts(host);
    for (const address of Object.keys(OWNERS)) {
      const { cash, positions } = summaryOf(now, address);
      const all = activitiesOf(now, address);
      const moved = all.reduce((sum, each) => {
        const sign = each.type === "FILL" && each.side === "buy" ? -1 : 1;
        return sum + sign * each.cash;
      }, 0);
      expect(moved, address).toBe(cash);
      const charged = all.flatMap((each) => (each.type === "FILL" ? each.fees : []));
      expect(feesIn(all), address).toBe(charged.reduce((sum, { amount }) => sum + amount, 0));
      const { settled, unsettled } = settlementOf(now, address);
      expect(
        unsettled.reduce((sum, { amount }) => sum + amount, settled),
        address,
      ).toBe(cash);
      for (const symbol of SYMBOLS) {
        const { quantity, cost, lots } = lotsOf(now, address, symbol);
        const held = positions.find((each) => each.symbol === symbol);
        expect([quantity, cost]).toEqual([held?.qty ?? 0, held?.costBasis ?? 0]);
        expect(lots.reduce((sum, lot) => sum + lot.quantity, 0)).toBe(quantity);
        expect(lots.reduce((sum, lot) => sum + lot.cost, 0)).toBe(cost);
      }
    }
    const left = LIVE.reduce((sum, each) => sum + summaryOf(now, each).cash + feesIn(activitiesOf(now, each)), 0);
    expect(left).toBe(PAID_IN * 10_000);
  });

  test("what waited is sent once: an order, a transfer between own accounts, the audit", async () => {
    vi.setSystemTime(at);
    host = new Host(classes, disks);
    const sent = ordersOf(told, DEE).filter(({ status }) => status === "pending_new").length;
    expect(sent).toBe(name === "rows only" ? 1 : 2);
    for (const { address } of disks.filter((disk) => !disk.address.startsWith("audit/"))) await wake(address);
    await vi.advanceTimersByTimeAsync(30_000);
    const now = await tellAccounts(host);
    expect(ordersOf(now, DEE).filter(({ status }) => status === "pending_new")).toEqual([]);
    expect(ordersOf(now, DEE).filter(({ symbol, status }) => symbol === "F" && status === "new")).toHaveLength(sent);
    const got = summaryOf(now, "account/eve").cash - summaryOf(told, "account/eve").cash;
    expect(got).toBe(sent * 2_500_000);
    expect(summaryOf(told, DEE).cash - summaryOf(now, DEE).cash).toBe(got);
    expect(summaryOf(now, DEE).withdrawing).toBeUndefined();
    expect(activitiesOf(now, "account/eve").at(-1)).toMatchObject({ type: "JNLC", cash: 2_500_000 });
    expect(now[PAPER]).toMatchObject(told[PAPER] ?? {});
  });

  test("settings, limits, kill switch, block and closing are as they were, and refuse", async () => {
    vi.setSystemTime(at);
    host = new Host(classes, disks);
    const refusal = async (address: string, changes: Parameters<typeof ticketWith>[0]) => {
      const accountId = address.slice(address.indexOf("/") + 1);
      const args = [principalOf(OWNERS[address] ?? "", accountId), ticketWith(changes), ORIGIN];
      const outcome = await host?.call<Outcome<OrderView>>(address, "submitOrder", ...args);
      return outcome?.ok === false ? outcome.refusal.reason : "ok";
    };
    const limitPrice = "260";
    expect([
      await refusal(DEE, { qty: "100", limitPrice }),
      await refusal(DEE, { symbol: "MSFT", limitPrice: "400" }),
      await refusal("account/eve", { limitPrice }),
      await refusal("account/fay", { limitPrice }),
      await refusal(PAPER, { limitPrice }),
    ]).toEqual(["order_limit", "symbol_blocked", "kill_switch", "account_closed", "ok"]);
  });

  test("nothing is begun again: the first commit adds no entry of an upgrade but that of format 10", async () => {
    vi.setSystemTime(at);
    host = restart(classes, disks);
    for (const address of Object.keys(OWNERS)) {
      const kinds = () => stepsOf(host?.disks() ?? [], address).map(kindOf);
      const before = kinds();
      await wake(address);
      const added = kinds().slice(before.length);
      // PF-47: an account takes the newer version of its fee plan, once.
      const expected: readonly (string | null)[] = [null, "fee_plan_set", "liquidations_audited"];
      const isOfUpgrade = (kind: string | null) => !expected.includes(kind);
      expect(added.filter(isOfUpgrade), address).toEqual([]);
      expect(added.filter((kind) => kind === "fee_plan_set").length, address).toBeLessThanOrEqual(1);
    }
  });

  test("every actor that accepts something has a snapshot, or none has one", () => {
    const written = disks
      .filter(({ tables }) => tables.some((table) => table.name === "snapshot" && table.rows.length > 0))
      .map(({ address }) => address);
    const closed = "account/fay";
    const accepting = Object.keys(OWNERS).filter((address) => address !== closed);
    expect(written.toSorted()).toEqual(
      name === "rows only" ? [] : [...accepting, "book/AAPL", "paper-book/AAPL"].toSorted(),
    );
  });
});

const recorded = days.find(({ file, name }) => file === "format-09.json.gz" && name === "rows only");

describe("AK-7: what the recorded day of format 9 has", () => {
  test("entries of each new kind", () => {
    const kinds = (address: string) => new Set(stepsOf(recorded?.disks ?? [], address).map(kindOf));
    expect(kinds(DEE)).toContain("fee_plan_set");
    expect(kinds(DEE)).toContain("settings_changed");
    expect(kinds(DEE)).toContain("withdrawal_requested");
    expect(kinds("account/eve")).toContain("controls_changed");
    expect(kinds("account/fay")).toContain("closed");
    expect(kinds(PAPER)).toContain("accepted");
    expect(kinds("paper-book/AAPL")).toContain("market");
    const opened = stepsOf(recorded?.disks ?? [], DEE).find((entry) => kindOf(entry) === "opened");
    expect(opened).toMatchObject(["local", { lots: true, settlement: true, activities: true }]);
  });

  test("PF-1, PF-42, PF-60: tax lots by LIFO, fees in their basis, wash sales, and what has settled over the weekend", async () => {
    if (recorded === undefined) throw new Error("no recorded day");
    vi.setSystemTime(recorded.at);
    host = restart(classes, recorded.disks);
    const now = await tellAccounts(host);
    const lots = lotsOf(now, DEE, "AAPL").lots.map(({ lotId, quantity, cost, replaced }) => [
      lotId,
      quantity,
      cost,
      replaced,
    ]);
    // 3 at $268 with $2.01 of fees; what is left of 2 at $270.68; 0.75 at $263.98, bought as a maker.
    expect(lots).toEqual([
      [1, 3_000_000, 8_060_100, 2_250_000],
      [2, 250_000, 678_392, 0],
      [4, 750_000, 1_982_820, 0],
    ]);
    expect(feesIn(activitiesOf(now, DEE))).toBe(57_744);
    expect(settlementOf(now, DEE)).toMatchObject({
      settled: 975_907_314,
      unsettled: [{ amount: 2_646_367 }],
      violations: [],
    });
    expect(summaryOf(now, DEE)).toMatchObject({ cash: 978_553_681, withdrawing: 2_500_000 });
    expect(summaryOf(now, "account/eve")).toMatchObject({ type: "margin", cash: 11_000_000 });
    expect(summaryOf(now, "account/fay")).toMatchObject({ cash: 0, closedAt: expect.any(Number) as number });
    expect(summaryOf(now, PAPER)).toMatchObject({ accountId: PAPER_ID, type: "paper", cash: 995_859_400 });
    expect(ordersOf(now, PAPER).map(({ status }) => status)).toEqual(["filled", "new"]);
  });
});

describe("AK-7: what the recorded day of format 10 has", () => {
  const day = days.find(({ file, name }) => file === "format-10.json.gz" && name === "rows only");
  const kinds = (address: string) => new Set(stepsOf(day?.disks ?? [], address).map(kindOf));

  test("shares that move, fees that are swept, and a sale that names its tax lot", () => {
    expect(kinds(DEE)).toContain("fees_swept");
    const moved = stepsOf(day?.disks ?? [], DEE).filter((entry) => kindOf(entry) === "withdrawal_requested");
    expect(JSON.stringify(moved)).toContain("shares");
    const named = ordersOf(day?.told ?? {}, DEE).filter(({ clientOrderId }) => clientOrderId === "named one");
    expect(named).toMatchObject([
      { status: "partially_filled", filledQty: 250_000, lots: [{ lotId: 1, quantity: 500_000 }] },
    ]);
    expect(day?.disks.map(({ address }) => address.split("/")[0])).toContain("house");
  });
});
