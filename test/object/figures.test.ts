/** Each figure that is explained is the one that the other routes show, in every situation of an account. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { HOUR, isoDate, newYorkInstant } from "../../domain/market/newYork.ts";
import { tradingDayOf } from "../../domain/market/session.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { WireAccount, WirePosition } from "../../protocol/wire/accounts.ts";
import { FIGURE_NAMES, type WireExplanation, type WirePerformance } from "../../protocol/wire/performance.ts";
import type { WirePortfolioHistory } from "../../protocol/wire/portfolio.ts";
import type { WireRealized, WireTaxLots } from "../../protocol/wire/taxLots.ts";
import { gatewayHarness, type TestUser } from "./gatewayHarness.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => void vi.useRealTimers());

/** In 1/10,000 dollar. */
const exact = (amount: unknown): number => Math.round(Number(amount) * 10_000);
const sum = <T>(rows: readonly T[], of: (row: T) => unknown): number =>
  rows.reduce((total, row) => total + exact(of(row)), 0);

/** Compares every figure of the account, and gives those that situations differ in. */
async function agreed(user: TestUser, accountId: string, situation: string) {
  const get = async <T>(path: string): Promise<T> => {
    const { status, body } = await user.ask("GET", path, undefined, { "X-Account-ID": accountId });
    expect({ situation, path, status, body }).toMatchObject({ status: 200 });
    return body as T;
  };
  const explain = (figure: string, symbol?: string) =>
    get<WireExplanation>(`/v1/portfolio/explain?figure=${figure}&period=1W${symbol ? `&symbol=${symbol}` : ""}`);
  const account = await get<WireAccount>("/v2/account");
  const positions = await get<WirePosition[]>("/v2/positions");
  const history = (query: string) =>
    get<WirePortfolioHistory>(`/v2/account/portfolio/history?timeframe=1D&intraday_reporting=continuous&${query}`);
  const week = await history("period=1W");
  const today = await history("period=1D");
  const performance = await get<WirePerformance>("/v1/portfolio/performance?period=1W&by=position");
  const { items } = await get<WireRealized>("/v1/portfolio/realized");
  const gains = items.filter((line) => line.type === "disposal");
  const [equity, lastEquity, profit, cost, unrealized, realized] = await Promise.all(
    ["equity", "last_equity", "profit_loss", "cost_basis", "unrealized_pl", "realized_pl"].map((figure) =>
      explain(figure),
    ),
  );
  const shown = {
    equity: exact(account.equity),
    equity_of_history: exact(week.equity.at(-1)),
    equity_of_performance: exact(performance.end_value),
    // No order is open: only a withdrawal holds cash.
    cash: exact(account.cash) + exact(account.pending_transfer_out),
    last_equity: exact(account.last_equity),
    base_of_today: exact(account.last_equity),
    profit_loss: exact(week.profit_loss.at(-1)),
    cost_basis: sum(positions, (position) => position.cost_basis),
    unrealized_pl: sum(positions, (position) => position.unrealized_pl),
    realized_pl: sum(gains, ({ gain }) => gain),
  };
  expect({ situation, ...shown }).toEqual({
    situation,
    equity: exact(equity?.value),
    equity_of_history: exact(equity?.value),
    equity_of_performance: exact(equity?.value),
    cash: exact(equity?.cash),
    last_equity: exact(lastEquity?.value),
    base_of_today: exact(today.base_value),
    profit_loss: exact(profit?.value),
    cost_basis: exact(cost?.value),
    unrealized_pl: exact(unrealized?.value),
    realized_pl: exact(realized?.value),
  });
  // The parts of each figure, and of each position.
  for (const opened of [equity, lastEquity]) {
    const parts = sum(opened?.positions ?? [], ({ amount }) => amount) + exact(opened?.cash);
    expect([situation, opened?.figure, parts]).toEqual([situation, opened?.figure, exact(opened?.value)]);
  }
  for (const { symbol, market_value: value, current_price: price, cost_basis: basis, qty } of positions) {
    const row = equity?.positions.find((position) => position.symbol === symbol);
    expect([situation, symbol, row?.value, row?.price, row?.qty]).toEqual([situation, symbol, value, price, qty]);
    const lots = await get<WireTaxLots>(`/v1/portfolio/lots?symbol=${symbol}`);
    const own = await explain("cost_basis", symbol);
    expect([situation, lots.cost_basis, own.value, own.lots]).toEqual([situation, basis, basis, lots.lots]);
    const gain = performance.positions?.find((position) => position.symbol === symbol)?.gain;
    expect([situation, (await explain("profit_loss", symbol)).value]).toEqual([situation, gain]);
  }
  for (const figure of FIGURE_NAMES) {
    const { value, reason } = await explain(figure);
    expect([situation, figure, { value, reason }]).toEqual([situation, figure, performance.figures[figure]]);
  }
  return { account, today, performance, equity: exact(account.equity) };
}

async function submit(who: Principal, side: "buy" | "sell", symbol: string, qty: string, price: string): Promise<void> {
  const none = { notional: null, stopPrice: null, orderClass: "simple", extendedHours: false, clientOrderId: null };
  const ticket: OrderTicket = { symbol, side, type: "limit", timeInForce: "gtc", qty, limitPrice: price, ...none };
  const outcome = await accountObject(env, who.accountId).submitOrder(who, ticket, ORIGIN);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
}

/** Users with a live account, and a maker who has cash and shares. */
async function market(symbol: string) {
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("admin");
  const user = await gateway.enrol("ada", admin);
  const makerId = crypto.randomUUID();
  const maker: Principal = { userId: makerId, accountId: makerId, roles: ["trader"] };
  const own: Principal = { userId: user.accountId, accountId: user.accountId, roles: ["trader"] };
  await accountObject(env, makerId).open(makerId, ORIGIN);
  const deposit = async (who: Principal, asset: string | null, amount: string) => {
    const asked = { reference: crypto.randomUUID(), symbol: asset, amount };
    const outcome = await accountObject(env, who.accountId).deposit(who, asked, ORIGIN);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  };
  await deposit(maker, symbol, "100");
  await deposit(maker, null, "100000");
  const held = async (who: Principal) =>
    (await accountObject(env, who.accountId).summary())?.positions.find((each) => each.symbol === symbol)?.qty ?? 0;
  /** The trader's order is filled by the maker's. */
  const trade = async (who: Principal, side: "buy" | "sell", qty: string, price: string) => {
    const after = (await held(who)) + (side === "buy" ? 1 : -1) * Number(qty) * 1_000_000;
    await submit(maker, side === "buy" ? "sell" : "buy", symbol, qty, price);
    await submit(who, side, symbol, qty, price);
    await vi.waitFor(async () => expect(await held(who)).toBe(after), 10_000);
  };
  /** Noon of a trading day; the user signs in again. */
  const atNoonOf = async (day: number): Promise<TestUser> => {
    vi.useFakeTimers({ toFake: ["Date"], now: newYorkInstant(day, 12 * HOUR) });
    return gateway.signIn(user.email, user.accountId);
  };
  return { admin, user, atNoonOf, own, maker, deposit, trade };
}

test("EQ-9: what is explained is what the account, positions, history, performance and lots show, from the opening on", async () => {
  const symbol = "KO";
  const { user: ada, atNoonOf, own, deposit, trade } = await market(symbol);
  let user = ada;
  const agree = (situation: string) => agreed(user, user.accountId, situation);
  expect((await agree("opened")).account).toMatchObject({ equity: "0", last_equity: "0" });
  await deposit(own, null, "10000");
  expect((await agree("opening day, after a deposit")).account).toMatchObject({ last_equity: "10000" });
  await trade(own, "buy", "10", "40");
  await trade(own, "sell", "4", "41.5");
  const opened = await agree("opening day, after trades");
  expect(opened.account).toMatchObject({ equity: "10015", last_equity: "10000" });
  expect(opened.today).toMatchObject({ base_value: 10_000, profit_loss: [15] });

  const day = tradingDayOf(Date.now()) + 1;
  user = await atNoonOf(day);
  expect((await agree("the next day")).account).toMatchObject({ equity: "10015", last_equity: "10015" });
  await trade(own, "buy", "1", "42");
  // The six shares that were held have gained half a dollar each.
  expect((await agree("the next day, after a trade")).account).toMatchObject({ equity: "10018", last_equity: "10015" });

  const by = { ownerId: user.accountId, asked: user.accountId, approved: user.accountId };
  await accountObject(env, user.accountId).setFeePlan("maker_taker", by, ORIGIN);
  await trade(own, "sell", "5", "42");
  const charged = await agree("after fees");
  expect(exact(charged.performance.fees)).toBeGreaterThan(0);

  // These need a proof of who asks, which is not of interest here.
  const account = accountObject(env, user.accountId);
  expect(await account.requestWithdrawal(own, { amount: "500", reference: "rent" }, ORIGIN)).toMatchObject({
    ok: true,
  });
  await agree("a withdrawal is pending");
  const second = await user.ask("POST", "/v1/accounts", { name: "second" }, { "Idempotency-Key": "second" });
  const secondId = String(second.body["account_id"]);
  const moved = { to: secondId, amount: "1000", reference: "move" };
  expect(await account.requestOwnTransfer(own, moved, ORIGIN, null)).toMatchObject({ ok: true });
  const states = async () =>
    ((await user.ask("GET", "/v1/transfers/internal")).body["transfers"] as { state: string }[]).map(
      ({ state }) => state,
    );
  await vi.waitFor(async () => expect(await states()).toEqual(["posted"]), 10_000);
  expect((await agree("after a transfer to an own account")).equity).toBe(charged.equity - 10_000_000);
  expect((await agreed(user, secondId, "the receiver, opened today")).account).toMatchObject({
    equity: "1000",
    last_equity: "1000",
  });
  await deposit(own, symbol, "3");
  await agree("after a deposit of shares");
  user = await atNoonOf(day + 3);
  const later = await agree("days later");
  expect(later.account.last_equity).toBe(later.account.equity);
});

test("PA-15, EQ-9: a reset begins the record of a paper account again: no profit counts over it, on whatever day", async () => {
  const symbol = "INTC";
  const { user: ada, atNoonOf, own, maker, deposit, trade } = await market(symbol);
  let user = ada;
  const made = await user.ask("POST", "/v1/accounts", { type: "paper" }, { "Idempotency-Key": "paper" });
  const id = String(made.body["account_id"]);
  const paper: Principal = { userId: user.accountId, accountId: id, roles: ["trader"] };
  const agree = (situation: string) => agreed(user, id, situation);
  const buy = async (qty: string, price: string) => {
    await submit(maker, "sell", symbol, qty, price);
    await submit(paper, "buy", symbol, qty, price);
    const held = async () => (await accountObject(env, id).summary())?.positions.length;
    await vi.waitFor(async () => expect(await held()).toBe(1), 10_000);
  };
  const reset = async (cash: string) => {
    expect((await user.ask("POST", `/v1/accounts/${id}/reset`, { cash })).status).toBe(200);
  };
  expect((await agree("opened")).account).toMatchObject({ last_equity: "100000" });
  await buy("10", "36");
  // The market moves before and after the reset.
  await deposit(own, null, "10000");
  await trade(own, "buy", "10", "36.5");
  expect((await agree("opening day, after a trade")).account.last_equity).toBe("100000");
  await reset("50000");
  const same = { equity: "50000", last_equity: "50000" };
  expect((await agree("reset on the opening day")).account).toMatchObject(same);
  await buy("5", "37");
  await agree("traded after the reset");
  await reset("20000");
  expect((await agree("reset again")).today).toMatchObject({ base_value: 20_000, equity: [20_000], profit_loss: [0] });

  const day = tradingDayOf(Date.now()) + 2;
  user = await atNoonOf(day);
  await buy("5", "37");
  await agree("another day");
  await reset("30000");
  const again = await agree("reset on another day");
  expect(again.account).toMatchObject({ equity: "30000", last_equity: "30000" });
  expect(again.performance).toMatchObject({ from: isoDate(day - 1), start_value: "0", net_deposits: "30000" });
  expect(again.performance.figures.total_return).toMatchObject({ value: 0 });
  user = await atNoonOf(day + 1);
  expect((await agree("the day after a reset")).account).toMatchObject({ equity: "30000", last_equity: "30000" });
});
