/** The end of a trading day, by the book's own alarm. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { endOfTradingDay } from "../../domain/market/session.ts";
import { accountObject, orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

afterEach(() => {
  vi.useRealTimers();
});

test("OB-7, AC-8: at the end of the day a day order expires and its hold is given back; a gtc order stays", async () => {
  const symbol = "WMT";
  const accountId = crypto.randomUUID();
  const trader: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(trader, { reference: "cash", symbol: null, amount: "1000" }, ORIGIN);
  const submit = async (timeInForce: string, limitPrice: string) => {
    const ticket: OrderTicket = {
      symbol,
      side: "buy",
      type: "limit",
      timeInForce,
      qty: "1",
      notional: null,
      limitPrice,
      stopPrice: null,
      orderClass: "simple",
      extendedHours: false,
      clientOrderId: null,
    };
    const outcome = await account.submitOrder(trader, ticket, ORIGIN);
    if (!outcome.ok) throw new Error(outcome.refusal.reason);
    return outcome.value;
  };
  const day = await submit("day", "90");
  const gtc = await submit("gtc", "80");
  expect(day.expiresAt).toBe(endOfTradingDay(day.submittedAt));
  expect(await account.summary()).toMatchObject({ cashHeld: 1_700_000 });

  vi.useFakeTimers({ toFake: ["Date"], now: Number(day.expiresAt) });
  expect(await runDurableObjectAlarm(env.ORDER_BOOK.getByName(symbol))).toBe(true);
  await vi.waitFor(async () => expect((await account.order(day.id))?.status).toBe("expired"), { timeout: 10_000 });
  expect((await account.order(gtc.id))?.status).toBe("new");
  expect(await account.summary()).toMatchObject({ cash: 10_000_000, cashHeld: 800_000 });
  expect((await orderBookObject(env, symbol).resting()).bids.map(({ price }) => price)).toEqual([800_000]);
});
