import { expect, test } from "vitest";
import { AccountFold } from "../../db/verify/accountFold.ts";
import type { Facts } from "../../db/verify/balanceFold.ts";
import { tradedTrail } from "../../db/verify/testing.ts";
import { lotHashes } from "../../durable-objects/account/lotQueries.ts";
import { viewAccount } from "../../durable-objects/account/queries.ts";
import { auditedToWire } from "../../protocol/mapping/auditedAccount.ts";
import { seededRandom } from "../../test/rig/random.ts";
import { accountDiffers, bookMismatches } from "./compare.ts";
import type { RunningAccount } from "./exchange.ts";

type Open = RunningAccount["open_orders"][number];

const ORDER: Open = {
  order_id: "o",
  symbol: "AAPL",
  side: "buy",
  qty: "2",
  filled_qty: "0.5",
  limit_price: "100",
  held: "150",
  shown: true,
};
const account = (...open: Partial<Open>[]): RunningAccount => ({
  account_id: "a",
  events: 1,
  cash: "0",
  cash_held: "0",
  positions: [],
  open_orders: open.map((changes) => ({ ...ORDER, ...changes })),
});
const book = (...bids: [string, string][]) => ({
  bids: bids.map(([price, qty], nth): [number, string, string] => [nth, price, qty]),
  asks: [],
});
const differs = (bids: [string, string][], open: Partial<Open>[], sessions = false): string | null =>
  bookMismatches("AAPL", book(...bids), [account(...open)], sessions)[0]?.text ?? null;

test("PF-13: a running account has the tax lots that its events say", () => {
  const records = tradedTrail(seededRandom(43), Date.UTC(2026, 10, 30, 15), {
    accounts: 3,
    requests: 200,
    shardCount: 1,
    deposits: 9,
  });
  let differences = 0;
  for (const [accountId, state] of records.accounts) {
    const fold = new AccountFold();
    for (const record of records.shards.flat()) {
      if (record.accountId === accountId) expect(fold.apply(JSON.parse(JSON.stringify(record)) as Facts)).toBeNull();
    }
    const running = () => {
      const account = viewAccount(state);
      if (account === null || state.lots === null) throw new Error("not open, or without lots");
      const open = [...state.open.values()];
      return auditedToWire({ events: 1, account, open, lotHashes: lotHashes(state.lots) });
    };
    expect(accountDiffers(fold, running())).toBeNull();
    // Two lots whose sum stays the same.
    const [first, second] = state.lots?.get("AAPL")?.lots ?? [];
    if (first === undefined || second === undefined) continue;
    first.cost += 1;
    second.cost -= 1;
    expect(accountDiffers(fold, running())).toMatch(
      /^the hash of the tax lots of AAPL is \w{8} in the account and \w{8} /,
    );
    const { positions, ...rest } = running();
    const earlier = positions.map(({ symbol, qty, qty_held, cost_basis }) => ({ symbol, qty, qty_held, cost_basis }));
    expect(accountDiffers(fold, { ...rest, positions: earlier })).toBeNull();
    differences++;
  }
  expect(differences).toBeGreaterThan(0);
});

test("AU-23: a book shows exactly the orders that accounts have open, as often as they have them", () => {
  expect(differs([["100", "1.5"]], [{}])).toBeNull();
  expect(differs([], [{ symbol: "MSFT" }])).toBeNull();
  expect(differs([["100", "1.5"]], [])).toContain("in the book, and no account has it open");
  expect(
    differs(
      [
        ["100", "1.5"],
        ["100", "1.5"],
      ],
      [{}],
    ),
  ).toContain("in the book");
  expect(differs([["100", "1.5"]], [{}, {}])).toContain("buy 1.5 at 100: open in an account, and not in the book");
  expect(differs([["100", "1.4"]], [{}])).toContain("buy 1.4 at 100: in the book");
});

test("AU-23: a book shows no more of a reserve or an elected stop than its remaining quantity", () => {
  const some = { shown: false };
  expect(differs([], [some])).toBeNull();
  expect(differs([["100", "0.3"]], [some])).toBeNull();
  expect(differs([["100", "1.6"]], [some])).toContain("in the book");
  expect(differs([["100.01", "0.3"]], [some])).toContain("in the book");
  expect(
    differs(
      [
        ["100", "0.3"],
        ["100", "0.3"],
      ],
      [some],
    ),
  ).toContain("in the book");
  expect(differs([["90", "1"]], [{ ...some, limit_price: null }])).toBeNull();
});

test("AU-23: a market with sessions may hide open orders, but must not show orders that no account has", () => {
  expect(differs([], [{}], true)).toBeNull();
  expect(differs([["99", "1.5"]], [{}], true)).toBeNull();
  expect(differs([["101", "1.5"]], [{}], true)).toContain("in the book");
});
