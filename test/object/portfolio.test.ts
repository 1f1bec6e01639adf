/** The record of an account across days: last_equity and the portfolio's history, with real objects and restarts. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { DAY, HOUR, newYorkInstant } from "../../domain/market/newYork.ts";
import { tradingDayOf } from "../../domain/market/session.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { WirePortfolioHistory } from "../../protocol/wire/portfolio.ts";
import { gatewayHarness } from "./gatewayHarness.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => void vi.useRealTimers());

async function submit(who: Principal, side: "buy" | "sell", symbol: string, qty: string, price: string): Promise<void> {
  const ticket: OrderTicket = {
    symbol,
    side,
    type: "limit",
    timeInForce: "gtc",
    qty,
    notional: null,
    limitPrice: price,
    stopPrice: null,
    orderClass: "simple",
    extendedHours: false,
    clientOrderId: crypto.randomUUID(),
  };
  const outcome = await accountObject(env, who.accountId).submitOrder(who, ticket, ORIGIN);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
}

async function deposit(who: Principal, symbol: string | null, amount: string): Promise<void> {
  const asked = { reference: crypto.randomUUID(), symbol, amount };
  await accountObject(env, who.accountId).deposit(who, asked, ORIGIN);
}

test("EQ-3, EQ-6: last_equity is the history's equity of the day before, exactly, across closes and restarts", async () => {
  const symbol = "DIS";
  const gateway = await gatewayHarness();
  const ada = await gateway.enrol("ada", await gateway.enrol("admin"));
  const made = await ada.ask("POST", "/v1/keys", {});
  const key = { "APCA-API-KEY-ID": String(made.body["key_id"]), "APCA-API-SECRET-KEY": String(made.body["secret"]) };
  const get = async (path: string) => {
    const { status, body } = await gateway.send("GET", path, key);
    expect({ path, status, body }).toMatchObject({ status: 200 });
    return body;
  };
  const history = async (query: string) =>
    (await get(`/v2/account/portfolio/history?${query}`)) as unknown as WirePortfolioHistory;
  const trader: Principal = { userId: ada.accountId, accountId: ada.accountId, roles: ["trader"] };
  const otherId = crypto.randomUUID();
  const other: Principal = { userId: otherId, accountId: otherId, roles: ["trader"] };
  await accountObject(env, otherId).open(otherId, ORIGIN);
  await deposit(other, symbol, "100");
  await deposit(other, null, "100000");
  /** Fills the trader's order, or trades with itself through two accounts. */
  const trade = async (buyer: Principal, seller: Principal, qty: string, price: string, filled: number) => {
    await submit(seller, "sell", symbol, qty, price);
    await submit(buyer, "buy", symbol, qty, price);
    await vi.waitFor(async () => {
      const { positions } = (await accountObject(env, trader.accountId).summary()) ?? { positions: [] };
      expect(positions.find((position) => position.symbol === symbol)?.qty ?? 0).toBe(filled * 1_000_000);
    });
  };
  const day = tradingDayOf(Date.now()) + 1;
  const noon = (nth: number) => newYorkInstant(day + nth, 12 * HOUR);
  const label = (nth: number) => newYorkInstant(day + nth, 0) / 1_000;

  vi.useFakeTimers({ toFake: ["Date"], now: noon(0) });
  await deposit(trader, null, "10000");
  await trade(trader, other, "10", "100", 10);
  await trade(trader, other, "0.5", "100.01", 10.5);
  await trade(trader, other, "0.5", "110.01", 11);

  await abortAllDurableObjects();
  vi.setSystemTime(noon(1));
  // 10,000 - 1,000 - 50.005 - 55.005, and 11 shares at 110.01.
  const first = 10_105.1;
  expect(await get("/v2/account")).toMatchObject({ last_equity: String(first), equity: String(first) });
  // 1,000 are deposited, and a part is sold for less.
  await deposit(trader, null, "1000");
  await trade(other, trader, "1", "109", 10);
  // 8,894.99 + 1,000 + 109, and 10 shares at 109.
  const second = 11_093.99;
  const account = await get("/v2/account");
  expect([Number(account["equity"]), Number(account["last_equity"])]).toEqual([second, first]);

  await abortAllDurableObjects();
  // The account sleeps for two days, in which nothing trades.
  vi.setSystemTime(noon(3));
  const later = await get("/v2/account");
  expect([later["equity"], later["last_equity"]]).toEqual([String(second), String(second)]);
  const found = await history("period=1W&timeframe=1D&cashflow_types=ALL");
  // The user was enrolled on the day before the first.
  expect(found.timestamp).toEqual([-1, 0, 1, 2, 3].map(label));
  expect(found.equity).toEqual([0, first, second, second, second]);
  const [gain, loss, both] = [105.1, -11.11, 93.99];
  expect(found.profit_loss).toEqual([0, gain, both, both, both]);
  expect(found.cashflow?.["CSD"]).toEqual([0, 10_000, 11_000, 11_000, 11_000]);

  // Within the second day: the hour of the deposit and of the sale, and those before and after.
  const hours = await history(`start=${isoOf(day + 1)}&end=${isoOf(day + 1)}&timeframe=1H`);
  expect(hours).toMatchObject({ base_value: first, base_value_asof: isoOf(day) });
  const at = (hour: number) => hours.timestamp.indexOf(newYorkInstant(day + 1, hour * HOUR) / 1_000);
  expect([at(11), at(12), at(13)].map((nth) => hours.equity[nth])).toEqual([first, second, second]);
  expect([at(11), at(12), at(13)].map((nth) => hours.profit_loss[nth])).toEqual([0, loss, loss]);
  expect(hours.timestamp).toHaveLength(24);
});

function isoOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
