/** What an account shows across the close of a trading day: previous holdings, and what was bought since. */
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { endOfTradingDay } from "../../domain/market/session.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { accountObject, orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { accountToWire, marksOf, positionToWire } from "../../protocol/mapping/accounts.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
const SYMBOL = "KO";
const KO = requireInstrument(SYMBOL);

afterEach(() => {
  vi.useRealTimers();
});

async function opened(shares: string | null): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(who, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  if (shares !== null) await account.deposit(who, { reference: "lots", symbol: SYMBOL, amount: shares }, ORIGIN);
  return who;
}

async function submit(who: Principal, side: "buy" | "sell", qty: string, limitPrice: string): Promise<void> {
  const ticket = ticketWith({ symbol: SYMBOL, side, qty, limitPrice });
  expect(await accountObject(env, who.accountId).submitOrder(who, ticket, ORIGIN)).toMatchObject({ ok: true });
}

/** The account and its position as the API shows them. */
async function shown(who: Principal) {
  const view = await accountObject(env, who.accountId).summary();
  if (view === null) throw new Error("no account");
  const marks = marksOf(KO, await orderBookObject(env, SYMBOL).top());
  const [position] = view.positions;
  const before = new Map(view.atClose?.lots ?? []).get(SYMBOL) ?? 0;
  const account = accountToWire(view, new Map([[SYMBOL, marks]]), Date.now());
  return { account, position: position === undefined ? null : positionToWire(position, marks, before) };
}

test("AC-48: on the first day, shares paid in count from the close, and each purchase from its own cost", async () => {
  const [who, other] = await Promise.all([opened("10"), opened("100")]);
  for (const [qty, price] of [
    ["5", "70"],
    ["1", "74"],
  ] as const) {
    await submit(other, "sell", qty, price);
    await submit(who, "buy", qty, price);
  }
  await vi.waitFor(async () => expect((await shown(who)).position?.qty).toBe("16"));
  const { account, position } = await shown(who);
  // 10 from 71 to 74, 5 from 70 to 74; the last one is worth what it cost.
  expect(position).toMatchObject({ lastday_price: "71", current_price: "74", unrealized_intraday_pl: "50" });
  expect(Number(account.equity) - Number(account.last_equity)).toBe(50);
});

test("AC-48: last_equity and intraday profit across a close, with a purchase and a partial sale on the next day", async () => {
  const [who, other] = await Promise.all([opened(null), opened("100")]);
  const trade = async (qty: string, price: string, side: "buy" | "sell" = "buy") => {
    await submit(other, side === "buy" ? "sell" : "buy", qty, price);
    await submit(who, side, qty, price);
  };
  await trade("10", "70");
  await trade("2", "72");
  // On the first day everything counts from what was paid in.
  await vi.waitFor(async () => expect((await shown(who)).position?.qty).toBe("12"));
  expect((await shown(who)).account).toMatchObject({ equity: "10020", last_equity: "10000" });

  vi.useFakeTimers({ toFake: ["Date"], now: endOfTradingDay(Date.now()) + 3_600_000 });
  // Nobody has traded since: the close was at 72.
  const morning = await shown(who);
  expect(morning.account).toMatchObject({ equity: "10020", last_equity: "10020" });
  expect(morning.position).toMatchObject({ unrealized_intraday_pl: "0", lastday_price: "72", change_today: "0" });

  await trade("4", "74");
  await trade("5", "75", "sell");
  await vi.waitFor(async () => expect((await shown(who)).position?.qty).toBe("11"));
  const evening = await shown(who);
  // First in first out: 5 of 70 were sold. Left are 5 of 70 and 2 of 72, which closed at 72, and 4 of today at 74.
  expect(evening.position).toMatchObject({
    qty: "11",
    cost_basis: "790",
    current_price: "75",
    lastday_price: "72",
    market_value: "825",
    unrealized_pl: "35",
    unrealized_intraday_pl: "25",
    unrealized_intraday_plpc: "0.03125",
    change_today: "0.04166667",
  });
  // 12 from 72 to 75, of which 5 were sold at 75, and 4 from 74 to 75.
  expect(evening.account).toMatchObject({ equity: "10060", last_equity: "10020" });
});
