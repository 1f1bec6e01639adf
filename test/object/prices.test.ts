/** The record of prices of a book, across days and restarts. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { MINUTE } from "../../domain/market/newYork.ts";
import { endOfTradingDay, tradingDayOf } from "../../domain/market/session.ts";
import { accountObject, orderBookObject } from "../../durable-objects/actor/namespaces.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

afterEach(() => {
  vi.useRealTimers();
});

async function trader(symbol: string): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const principal: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(principal, { reference: "cash", symbol: null, amount: "100000" }, ORIGIN);
  await account.deposit(principal, { reference: "lots", symbol, amount: "100" }, ORIGIN);
  return principal;
}

async function trade(maker: Principal, taker: Principal, symbol: string, price: string): Promise<void> {
  for (const [who, side] of [[maker, "sell"] as const, [taker, "buy"] as const]) {
    const ticket = { symbol, side, type: "limit", timeInForce: "gtc", qty: "1", notional: null, limitPrice: price };
    const rest = { stopPrice: null, orderClass: "simple", extendedHours: false, clientOrderId: crypto.randomUUID() };
    const outcome = await accountObject(env, who.accountId).submitOrder(who, { ...ticket, ...rest }, ORIGIN);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  }
}

test("EQ-1, EQ-2: closes and prices of minutes survive a crash, and the next day's trades do not change them", async () => {
  const symbol = "WMT";
  const [maker, taker] = [await trader(symbol), await trader(symbol)];
  const book = () => orderBookObject(env, symbol);
  const end = endOfTradingDay(Date.now());
  const day = tradingDayOf(end - 1);
  const minute = Math.floor(end / MINUTE) * MINUTE - 10 * MINUTE;
  vi.useFakeTimers({ toFake: ["Date"], now: minute });
  await trade(maker, taker, symbol, "100");
  await trade(maker, taker, symbol, "101");
  vi.setSystemTime(minute + 5 * MINUTE);
  await trade(maker, taker, symbol, "102");
  expect(await book().closes(day, day)).toEqual({ at: new Float64Array(0), price: new Float64Array(0) });
  await abortAllDurableObjects();

  vi.setSystemTime(end + MINUTE);
  expect(await book().closes(day, day + 1)).toEqual({ at: Float64Array.of(day), price: Float64Array.of(1_020_000) });
  await trade(maker, taker, symbol, "90");
  await abortAllDurableObjects();
  vi.setSystemTime(end + 86_400_000);
  expect(await book().closes(day, day + 9)).toEqual({
    at: Float64Array.of(day, day + 1),
    price: Float64Array.of(1_020_000, 900_000),
  });
  expect(await book().prices(minute, end + 2 * MINUTE, 1)).toEqual({
    at: Float64Array.of(minute, minute + 5 * MINUTE, end + MINUTE),
    price: Float64Array.of(1_010_000, 1_020_000, 900_000),
  });
});
