import { afterEach, beforeEach, expect, test } from "vitest";
import { fundedAccount } from "../../domain/account/testing.ts";
import { move } from "../../domain/account/ledger/ledger.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { AccountNotice } from "../../protocol/rpc/relay.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { BalanceNotices } from "./balanceNotices.ts";

const BOTH = ["account_updates", "position_updates"];

let storage: NodeStorage;
let state: AccountState;
let now: number;
let failing: boolean;
/** Resolves the pushes that wait; null: pushes end at once. */
let waiting: (() => void)[] | null;
let pushed: (AccountNotice & { readonly relay: string })[];
let notices: BalanceNotices;

const restarted = () =>
  new BalanceNotices({
    sql: storage,
    state: () => state,
    push: async (relay, notice) => {
      pushed.push({ relay, ...notice });
      if (waiting !== null) await new Promise<void>((resolve) => waiting?.push(resolve));
      if (failing) throw new Error("away");
    },
    now: () => now,
    log: () => undefined,
  });

beforeEach(() => {
  storage = new NodeStorage(() => undefined);
  state = fundedAccount("5a8f2d0e-1b2c-4d3e-8f90-0123456789ab", 10_000_000, { AAPL: 5_000_000, MSFT: 1_000_000 });
  [now, failing, waiting, pushed] = [0, false, null, []];
  notices = restarted();
});
afterEach(() => storage.close());

/** Everything that was started has ended. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};
/** A commit that holds cash, and lots of symbols. */
async function commit(cash: number, lots: Readonly<Record<string, number>> = {}): Promise<void> {
  if (cash > 0) move(state.ledger, "USD", "available", "held", cash);
  for (const [symbol, qty] of Object.entries(lots)) move(state.ledger, symbol, "available", "held", qty);
  state.nextAuditEvent++;
  notices.committed();
  await settled();
}
const told = () => {
  const lines = pushed.map(({ relay, stream, data }) => {
    const { cash, positions } = data as { cash?: string; positions?: { symbol: string; qty_available: string }[] };
    const what = positions?.map(({ symbol, qty_available: qty }) => `${symbol} ${qty}`).join(" ") ?? cash;
    return `${relay} ${stream}: ${what}`;
  });
  pushed = [];
  return lines;
};

test("EQ-10: nothing is told and nothing computed while no relay has a socket that listens", async () => {
  let reads = 0;
  const idle = new BalanceNotices({
    sql: storage,
    state: () => {
      reads++;
      return state;
    },
    push: () => Promise.reject(new Error("unexpected")),
    now: () => now,
    log: () => undefined,
  });
  idle.subscribe("relay-0", ["watchlist_updates"]);
  idle.committed();
  expect(reads).toBe(0);
});

test("EQ-10: each commit tells the changed balances and positions to those that listen to them", async () => {
  notices.subscribe("relay-0", BOTH);
  notices.subscribe("relay-1", ["account_updates"]);
  await commit(1_000_000);
  expect(told()).toEqual(["relay-0 account_updates: 900", "relay-1 account_updates: 900"]);
  await commit(0, { AAPL: 2_000_000 });
  expect(told()).toEqual([
    "relay-0 account_updates: 900",
    "relay-1 account_updates: 900",
    "relay-0 position_updates: AAPL 3",
  ]);
  // A commit that moves nothing is not told.
  await commit(0);
  expect(told()).toEqual([]);
});

test("EQ-10: a position that was closed has no shares; the version grows", async () => {
  notices.subscribe("relay-0", BOTH);
  move(state.ledger, "MSFT", "available", "venue", 1_000_000);
  await commit(1);
  const [account, positions] = pushed;
  expect(positions?.data).toMatchObject({
    id: state.accountId,
    positions: [{ symbol: "MSFT", qty: "0", qty_available: "0" }],
    version: state.nextAuditEvent - 1,
  });
  expect(account?.data).toMatchObject({ id: state.accountId, cash: "999.9999", cash_held: "0.0001" });
  expect(account?.data).not.toHaveProperty("positions");
});

test("EQ-10: commits made while a push is in transit are told together, as of the last one", async () => {
  waiting = [];
  notices.subscribe("relay-0", BOTH);
  await commit(1_000_000);
  for (let nth = 0; nth < 3; nth++) await commit(1_000_000, { AAPL: 1_000_000 });
  await commit(0, { MSFT: 500_000 });
  expect(told()).toEqual(["relay-0 account_updates: 900"]);
  const ends = waiting;
  waiting = null;
  for (const end of ends) end();
  await settled();
  expect(told()).toEqual(["relay-0 account_updates: 600", "relay-0 position_updates: AAPL 2 MSFT 0.5"]);
});

test("EQ-10: a relay that is away misses what it was told, and gets the next change", async () => {
  notices.subscribe("relay-0", BOTH);
  failing = true;
  await commit(1_000_000);
  failing = false;
  pushed = [];
  await commit(1_000_000);
  expect(told()).toEqual(["relay-0 account_updates: 800"]);
});

test("EQ-10: what relays listen to survives a restart, ends when they say so, and after minutes without a word", async () => {
  notices.subscribe("relay-0", BOTH);
  notices.subscribe("relay-1", ["position_updates"]);
  notices = restarted();
  // After a restart everything counts as changed, once.
  await commit(0, { AAPL: 1_000_000 });
  expect(told()).toEqual([
    "relay-0 account_updates: 1000",
    "relay-1 position_updates: AAPL 4 MSFT 1",
    "relay-0 position_updates: AAPL 4 MSFT 1",
  ]);
  notices.subscribe("relay-1", ["watchlist_updates"]);
  await commit(0, { AAPL: 1_000_000 });
  expect(told()).toEqual(["relay-0 account_updates: 1000", "relay-0 position_updates: AAPL 3"]);
  now += 5 * 60_000;
  await commit(1_000);
  expect(told()).toEqual([]);
  expect([...storage.exec("SELECT relay FROM notice_listeners")]).toEqual([]);
});
