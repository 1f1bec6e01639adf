import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SEEDED } from "../../market/listing.ts";
import { isoDate } from "../../market/newYork.ts";
import type { BookReport } from "../../matching/messages.ts";
import { buy, sell, unsettledCash } from "../../settlement/settlement.ts";
import { applyEntry } from "../apply.ts";
import { decideSubmit } from "../entry/decide.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { CASH, checkLedger, owned } from "../ledger/ledger.ts";
import { applyTransferCommand } from "../ledger/postings.ts";
import { decideWithdrawal } from "../ledger/withdrawals.ts";
import { applyReport } from "../orders/reports.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { buyingPower, settledLimit, withdrawable } from "./cashLimits.ts";
import { exemption, mustAuditLiquidations, mustBeginSettlement } from "./settlementEntries.ts";

/** Monday noon in New York; the week has no holiday. */
const MONDAY = Date.UTC(2026, 10, 30, 17);
const DAY = 86_400_000;
const dollars = (amount: number) => Math.round(amount * 10_000);
const SHARES = { assetClass: "us_equity" } as const;
const COINS = { assetClass: "crypto" } as const;

/** An account with $1,000 and ten shares of AAPL and MSFT each whose orders are filled at once at $100 (a coin: at $100). */
function account(cash = 1_000) {
  const shares = 10_000_000;
  const state = fundedAccount("a", dollars(cash), { AAPL: shares, MSFT: shares });
  const out = recorder();
  const now = { at: MONDAY };
  applyEntry(state, { kind: "settlement_began" }, now.at, out);
  let [orders, trades] = [0, 0];
  const check = () => {
    checkLedger(state.ledger);
    const record = state.settlement?.record;
    if (record === undefined) throw new Error("no settlement");
    expect(record.settled + unsettledCash(record)).toBe(owned(state.ledger, CASH));
    expect(loadAccount(JSON.parse(JSON.stringify(saveAccount(state))))).toEqual(state);
  };
  const order = (symbol: string, side: "buy" | "sell", qty: number) => {
    const ticket = ticketWith({ symbol, side, qty: String(qty), selfTrade: "cancel_oldest" } as object);
    const orderId = `o${++orders}`;
    const hours = sessionRules("always", now.at);
    const facts = { known: () => undefined, order: () => undefined, orderId, hours, late: false };
    const prices = { marketPrice: null, lastPrice: null };
    const made = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), { ...facts, ...prices }, NO_ORIGIN);
    for (const entry of made.entries) applyEntry(state, entry, now.at, out);
    return made.outcome.ok ? orderId : made.outcome.refusal;
  };
  const fill = (orderId: string) => {
    const { qty } = state.open.get(orderId) ?? { qty: 0 };
    const what = { kind: "fill", orderId, tradeId: ++trades, price: 1_000_000, qty, liquidity: "taker" } as const;
    applyReport(state, { ...what, at: now.at } satisfies BookReport, now.at, out);
    check();
    return out.audits.at(-1)?.body ?? {};
  };
  const trade = (symbol: string, side: "buy" | "sell", qty: number) => {
    const id = order(symbol, side, qty);
    return typeof id === "string" ? fill(id) : id;
  };
  let references = 0;
  const withdraw = (amount: number) => {
    const asked = { reference: `r${++references}`, amount: String(amount) };
    const transfers = { address: "transfers/world", ownerRoute: null };
    const known = { byReference: () => undefined };
    const { entries, outcome } = decideWithdrawal(state, asked, known, "a", now.at, NO_ORIGIN, transfers);
    for (const entry of entries) applyEntry(state, entry, now.at, out);
    return outcome.ok ? outcome.value.id : outcome.refusal;
  };
  const post = (withdrawalId: string, approve = true) => {
    const kind = approve ? "post_withdrawal" : "void_withdrawal";
    const command = { kind, transferId: withdrawalId, withdrawalId, by: "admin", origin: NO_ORIGIN } as const;
    applyTransferCommand(state, "transfers/world", command, now.at, out);
    check();
  };
  const deposit = (amount: number) => {
    const entry = { kind: "deposited", reference: `d${++references}`, asset: "USD", amount: dollars(amount), cost: 0 };
    applyEntry(state, { ...entry, kind: "deposited", by: "admin", origin: NO_ORIGIN }, now.at, out);
    check();
  };
  return { state, now, order, fill, trade, withdraw, post, deposit, out };
}

describe("PF-65: settlement begins once, with all cash settled", () => {
  test("an account of an earlier release, by an entry", () => {
    const state = fundedAccount("a", dollars(500), {});
    expect(mustBeginSettlement(state)).toBe(true);
    expect(withdrawable(state, MONDAY)).toBe(dollars(500));
    applyEntry(state, { kind: "settlement_began" }, MONDAY, recorder());
    expect(mustBeginSettlement(state)).toBe(false);
    expect(state.settlement).toMatchObject({ exempt: false, record: { settled: dollars(500), unsettled: [] } });
  });

  test("a new account, by its opening; a snapshot without it has none", () => {
    const { state } = account();
    const saved = saveAccount(state);
    const { settlement: _, ...earlier } = saved;
    expect(loadAccount(JSON.parse(JSON.stringify(earlier)) as typeof saved).settlement).toBeNull();
  });
});

describe("PF-61, PF-66: what may be withdrawn and bought for", () => {
  test("proceeds of shares may be spent at once, and withdrawn on the next trading day", () => {
    const { state, now, trade, withdraw, order } = account(0);
    trade("AAPL", "sell", 5);
    expect(buyingPower(state, SHARES, now.at)).toBe(dollars(500));
    expect(withdraw(100)).toEqual({
      reason: "insufficient_settled_cash",
      needed: dollars(100),
      available: 0,
      through: Math.floor(MONDAY / DAY) + 1,
    });
    // Coins are bought with settled cash.
    expect(buyingPower(state, COINS, now.at)).toBe(0);
    expect(order("BTC/USD", "buy", 1)).toMatchObject({ reason: "insufficient_settled_cash", available: 0 });
    // 20:00 New York begins the next trading day.
    now.at = MONDAY + 8 * 3_600_000;
    expect(withdrawable(state, now.at)).toBe(dollars(500));
    expect(buyingPower(state, COINS, now.at)).toBe(dollars(500));
    expect(typeof withdraw(500)).toBe("string");
  });

  test("a pending withdrawal keeps its settled cash: later purchases use the unsettled", () => {
    const { state, withdraw, post, trade } = account(100);
    trade("AAPL", "sell", 5);
    const id = withdraw(100);
    if (typeof id !== "string") throw new Error(id.reason);
    trade("MSFT", "buy", 1);
    expect(state.settlement?.record).toMatchObject({ settled: dollars(100), unsettled: [{ amount: dollars(400) }] });
    post(id);
    expect(state.settlement?.record).toMatchObject({ settled: 0, unsettled: [{ amount: dollars(400) }] });
  });

  test("an open purchase of coins keeps its settled cash from a withdrawal", () => {
    const { order, withdraw } = account(100);
    expect(typeof order("BTC/USD", "buy", 0.6)).toBe("string");
    expect(withdraw(50)).toMatchObject({ reason: "insufficient_buying_power" });
    expect(typeof withdraw(40)).toBe("string");
  });
});

describe("PF-62, PF-64: violations", () => {
  /** Buys with unsettled proceeds and sells everything of the symbol. */
  const violate = ({ state, trade }: ReturnType<typeof account>) => {
    trade("AAPL", "sell", 1);
    trade("MSFT", "buy", 1);
    return trade("MSFT", "sell", owned(state.ledger, "MSFT") / 1_000_000);
  };

  test("the third good faith violation restricts purchases to settled cash for 90 days", () => {
    const world = account(0);
    const { state, now, order, deposit } = world;
    const day = Math.floor(MONDAY / DAY);
    expect(violate(world)).toMatchObject({ violation: "good_faith" });
    expect(violate(world)).not.toHaveProperty("restricted_through");
    expect(buyingPower(state, SHARES, now.at)).toBeGreaterThan(0);
    expect(violate(world)).toMatchObject({ violation: "good_faith", restricted_through: isoDate(day + 90) });
    expect(buyingPower(state, SHARES, now.at)).toBe(0);
    const refused = { reason: "insufficient_settled_cash", needed: dollars(100), available: 0, through: day + 90 };
    expect(order("MSFT", "buy", 1)).toEqual({ ...refused, largest: { symbol: "MSFT", qty: 0 } });
    deposit(100);
    expect(typeof order("MSFT", "buy", 1)).toBe("string");
    // What has been sold settles on the next day, and may be spent again.
    now.at += DAY;
    expect(buyingPower(state, SHARES, now.at)).toBe(owned(state.ledger, CASH) - dollars(100));
    now.at += 90 * DAY;
    expect(settledLimit(state, SHARES, now.at)).toBeNull();
  });

  test("a liquidation has an audit record, also when a deposit is what counts it", () => {
    const { state, now, out } = account(0);
    const settlement = state.settlement;
    if (settlement === null) throw new Error("no settlement");
    expect(mustAuditLiquidations(state)).toBe(true);
    applyEntry(state, { kind: "liquidations_audited" }, now.at, out);
    expect(mustAuditLiquidations(state)).toBe(false);
    expect(loadAccount(JSON.parse(JSON.stringify(saveAccount(state))))).toEqual(state);
    const day = Math.floor(MONDAY / DAY);
    // Bought without any cash on Monday, and paid by a sale on Tuesday, whose proceeds settle on Wednesday.
    buy(settlement.record, { symbol: "MSFT", day, lots: 1, cost: dollars(100) });
    const sale = { symbol: "AAPL", day: day + 1, lots: 1, held: 10, proceeds: dollars(100) };
    sell(settlement.record, { ...sale, settles: day + 2 });
    now.at += 2 * DAY;
    const deposited = { kind: "deposited", reference: "d", asset: "USD", amount: 1, cost: 0, by: "admin" } as const;
    const before = out.audits.length;
    applyEntry(state, { ...deposited, origin: NO_ORIGIN }, now.at, out);
    expect(out.audits.slice(before)).toMatchObject([
      { action: "account.violation", body: { violation: "liquidation", settled_on: isoDate(day + 2) } },
      { action: "deposit" },
    ]);
  });

  test("the account of a market maker is exempt, as long as its owner is one", () => {
    const world = account(0);
    const { state, now, out } = world;
    const entry = exemption(state, true);
    expect(entry).toEqual({ kind: "settlement_exemption_set", exempt: true });
    if (entry !== null) applyEntry(state, entry, now.at, out);
    expect(exemption(state, true)).toBeNull();
    expect(violate(world)).not.toHaveProperty("violation");
    expect(state.settlement?.record.violations.newest).toEqual([]);
    expect(buyingPower(state, COINS, now.at)).toBe(owned(state.ledger, CASH));
    // Unsettled cash is not withdrawn.
    expect(withdrawable(state, now.at)).toBe(0);
    expect(exemption(state, false)).toEqual({ kind: "settlement_exemption_set", exempt: false });
    expect(out.audits.at(-1)).toMatchObject({ action: expect.any(String) as string });
  });
});

test("PF-60 to PF-66: in any sequence settled and unsettled cash are all cash, and no unsettled cash leaves", () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant("trade" as const),
      symbol: fc.constantFrom("AAPL", "MSFT", "BTC/USD"),
      side: fc.constantFrom("buy" as const, "sell" as const),
      qty: fc.integer({ min: 1, max: 8 }),
    }),
    fc.record({ kind: fc.constant("withdraw" as const), amount: fc.integer({ min: 1, max: 900 }) }),
    fc.record({ kind: fc.constant("decide" as const), approve: fc.boolean() }),
    fc.record({ kind: fc.constant("deposit" as const), amount: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ kind: fc.constant("later" as const), hours: fc.integer({ min: 1, max: 60 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const { state, now, trade, withdraw, post, deposit } = account(300);
      for (const each of steps) {
        if (each.kind === "trade") trade(each.symbol, each.side, each.qty);
        else if (each.kind === "deposit") deposit(each.amount);
        else if (each.kind === "later") now.at += each.hours * 3_600_000;
        else if (each.kind === "withdraw") {
          const most = withdrawable(state, now.at);
          expect(typeof withdraw(each.amount) === "string").toBe(
            dollars(each.amount) <= most && state.withdrawals.size < 10,
          );
        } else {
          const [waiting] = state.withdrawals.keys();
          if (waiting !== undefined) post(waiting, each.approve);
        }
        // Every purchase was paid for: nothing that left had not settled.
        expect(state.settlement?.record.settled).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 150 },
  );
});
