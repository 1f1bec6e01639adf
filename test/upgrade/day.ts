/**
 * Trading days of the upgrade test, in a coin that only its two accounts trade: every type of order at once, and orders
 * of each kind that are open while another release is deployed.
 */
import { expect, vi } from "vitest";

// oxlint-disable-next-line typescript/no-explicit-any -- answers have many shapes
type Body = any;
type Terms = Readonly<Record<string, unknown>>;

export const DAY_COIN = "DAY/USD";
/** Reference price, around which the coin trades. */
export const DAY_PRICE = 100;

// A question is a request, of which an account has 200 a minute.
const WAIT = { timeout: 30_000, interval: 500 };
/** Shorter than the change of releases, which waits for the next step of a one-time code. */
const SHORT_MS = 20_000;
const LONG_MS = 3 * 86_400_000;

/** One of the accounts, as its bot sees it. */
export interface Bot {
  /** Places an order; rejects when it is refused. The id is the client order id. */
  place(id: string, terms: Terms): Promise<Body>;
  /** The order of a client order id, with its legs. */
  find(id: string): Promise<Body>;
  change(orderId: string, changes: Terms): Promise<Body>;
  cancel(orderId: string): Promise<void>;
  /** Its open orders in the coin, legs too. */
  open(): Promise<readonly Body[]>;
}

/** Calls the API with a key or token; rejects unless the status is as expected (200). */
export type Ask = (
  method: string,
  path: string,
  key: Readonly<Record<string, string>>,
  body?: unknown,
  status?: number,
) => Promise<Body>;

/** The bot of an API key, which `ask` calls the API with. */
export function botOf(ask: Ask, key: Readonly<Record<string, string>>): Bot {
  const named = (id: string): string => `client_order_id=${encodeURIComponent(id)}&nested=true`;
  return {
    place: (id, terms) => ask("POST", "/v2/orders", key, { client_order_id: id, ...terms }),
    find: (id) => ask("GET", `/v2/orders:by_client_order_id?${named(id)}`, key),
    change: (id, changes) => ask("PATCH", `/v2/orders/${id}`, key, changes),
    cancel: (id) => ask("DELETE", `/v2/orders/${id}`, key, undefined, 204),
    open: () => ask("GET", `/v2/orders?status=open&symbols=${encodeURIComponent(DAY_COIN)}`, key),
  };
}

/** Two accounts and a name for the client order ids of a day. */
export interface Day {
  readonly name: string;
  /** Has coins. */
  readonly seller: Bot;
  /** Has dollars. */
  readonly buyer: Bot;
}

/** What an order holds that ends while releases change, in dollars. */
export const SHORT_COST = 8.8;
/** Such an order is not what it was. */
export const endsMeanwhile = ({ client_order_id: id }: Body): boolean => String(id).endsWith("short");

const sell = (terms: Terms): Terms => ({
  symbol: DAY_COIN,
  side: "sell",
  type: "limit",
  time_in_force: "gtc",
  ...terms,
});
const buy = (terms: Terms): Terms => ({ ...sell(terms), side: "buy", ...terms });

/** A bid that trades with nothing. */
export const FAR_BID = {
  symbol: DAY_COIN,
  side: "buy",
  type: "limit",
  qty: "1",
  limit_price: "60",
  time_in_force: "gtc",
};

/** Orders that trade or end at once, of every type and time in force that does. */
export async function tradeAtOnce({ name, seller, buyer }: Day): Promise<void> {
  const id = (what: string): string => `${name} ${what}`;
  await seller.place(id("offer"), sell({ qty: "1", limit_price: "100" }));
  const at = { qty: "0.1", limit_price: "100" };
  const filled: readonly (readonly [string, Terms])[] = [
    ["market", { type: "market", qty: "0.1" }],
    ["market day", { type: "market", qty: "0.1", time_in_force: "day" }],
    ["market ioc", { type: "market", qty: "0.1", time_in_force: "ioc" }],
    ["notional", { type: "market", notional: "10", time_in_force: "day" }],
    ["limit", at],
    ["limit ioc", { ...at, time_in_force: "ioc" }],
    ["limit fok", { ...at, time_in_force: "fok" }],
    ["with a minimum", { ...at, advanced_instructions: { min_qty: "0.05" } }],
  ];
  for (const [what, terms] of filled) {
    const order = await buyer.place(id(what), buy(terms));
    expect(order, what).toMatchObject({ status: "filled", filled_qty: "0.1", filled_avg_price: "100" });
    // Whoever repeats a request gets its order.
    expect((await buyer.place(id(what), buy(terms))).id, what).toBe(order.id);
  }
  for (const [what, terms] of [
    ["too much at once", { qty: "9", limit_price: "100", time_in_force: "fok" }],
    ["post only", { ...at, advanced_instructions: { post_only: true } }],
  ] as const) {
    expect((await buyer.place(id(what), buy(terms))).status, what).toBe("canceled");
  }
  const offer = await seller.find(id("offer"));
  expect(offer).toMatchObject({ status: "partially_filled", filled_qty: "0.8" });
  const changed = await seller.change(offer.id, { limit_price: "100.5", client_order_id: id("offer again") });
  expect(changed).toMatchObject({ replaces: offer.id, limit_price: "100.5" });
  expect((await seller.find(id("offer"))).status).toBe("replaced");
  await seller.cancel(changed.id);
  await ends(seller, id("offer again"), { status: "canceled", filled_qty: "0.8" });
}

/** Places orders that stay open: of every type, class and instruction, some of them partly filled. */
export async function leaveOpen({ name, seller, buyer }: Day): Promise<void> {
  const id = (what: string): string => `${name} ${what}`;
  const until = (ms: number) => ({ expires_at: new Date(Date.now() + ms).toISOString() });
  const reserve = { qty: "1.2", limit_price: "101.5", advanced_instructions: { display_qty: "0.4" } };
  await seller.place(id("reserve"), sell(reserve));
  await buyer.place(id("reserve taker"), buy({ qty: "0.5", limit_price: "101.5", time_in_force: "ioc" }));
  const exits = { take_profit: { limit_price: "102" }, stop_loss: { stop_price: "98" } };
  await buyer.place(id("bracket"), buy({ qty: "0.1", limit_price: "100", order_class: "bracket", ...exits }));
  await seller.place(id("bracket maker"), sell({ qty: "0.1", limit_price: "100", time_in_force: "ioc" }));
  await ends(buyer, id("bracket"), { status: "filled" });
  await seller.place(id("trail"), sell({ type: "trailing_stop", qty: "0.1", trail_price: "0.5" }));
  const oco = { take_profit: { limit_price: "103" }, stop_loss: { stop_price: "97.5" } };
  await seller.place(id("oco"), sell({ qty: "0.1", order_class: "oco", ...oco }));
  const low = (limit: string, instructions: Terms) => ({ limit_price: limit, advanced_instructions: instructions });
  const bids: readonly (readonly [string, Terms])[] = [
    ["stop limit", { type: "stop_limit", stop_price: "101", limit_price: "101" }],
    ["stop", { type: "stop", stop_price: "104", advanced_instructions: { self_trade_prevention: "cancel_newest" } }],
    ["touch", { type: "market_if_touched", stop_price: "96" }],
    ["oto", { limit_price: "90.5", order_class: "oto", stop_loss: { stop_price: "85" } }],
    ["peg", low("95", { peg: { to: "primary" } })],
    ["hidden", low("94", { hidden: true })],
    ["all or none", low("93", { all_or_none: true })],
    ["minimum", low("92", { min_qty: "0.05" })],
    ["post only rests", low("91", { post_only: true })],
    ["gtd long", { ...low("89", until(LONG_MS)), time_in_force: "gtd" }],
    ["gtd short", { ...low("88", until(SHORT_MS)), time_in_force: "gtd" }],
  ];
  for (const [what, terms] of bids) {
    const order = await buyer.place(id(what), buy({ qty: "0.1", ...terms }));
    expect(order, what).toMatchObject({ status: "new" });
  }
}

/** What an earlier release left open goes on: it trades, follows the market, ends on time, and is replaced. */
export async function continueOpen({ name, seller, buyer }: Day, after: string): Promise<void> {
  const id = (what: string): string => `${name} ${what}`;
  const now = (what: string): string => `${after} after ${name} ${what}`;
  const ioc = { time_in_force: "ioc" };
  const { legs } = await buyer.find(id("bracket"));
  expect(legs.map(({ type, status }: Body) => [type, status])).toEqual([
    ["limit", "new"],
    ["stop", "new"],
  ]);
  await ends(buyer, id("gtd short"), { status: "expired" });
  // A trade at 101 elects the stop limit, and the trailing stop follows it.
  await seller.place(now("higher"), sell({ qty: "0.2", limit_price: "101" }));
  await buyer.place(now("up"), buy({ qty: "0.1", limit_price: "101", ...ioc }));
  await ends(buyer, id("stop limit"), { status: "filled", filled_avg_price: "101" });
  await ends(seller, id("trail"), { status: "new", hwm: "101", stop_price: "100.5" });
  // A trade at 100.5 elects the trailing stop.
  await buyer.place(now("bid"), buy({ qty: "0.2", limit_price: "100.5" }));
  await seller.place(now("down"), sell({ qty: "0.1", limit_price: "100.5", ...ioc }));
  await ends(seller, id("trail"), { status: "filled", filled_avg_price: "100.5" });
  await ends(buyer, now("bid"), { status: "filled" });
  // The reserve refills as often as it was shown, and then the exit of the bracket is the best offer.
  await buyer.place(now("rest"), buy({ qty: "0.7", limit_price: "101.5", ...ioc }));
  await ends(seller, id("reserve"), { status: "filled", filled_qty: "1.2" });
  await seller.place(now("profit"), buy({ qty: "0.1", limit_price: "102", ...ioc }));
  await vi.waitFor(async () => {
    const exits: readonly Body[] = (await buyer.find(id("bracket"))).legs;
    expect(exits.map(({ type, status }) => [type, status])).toEqual([
      ["limit", "filled"],
      ["stop", "canceled"],
    ]);
  }, WAIT);
  const long = await buyer.find(id("gtd long"));
  const replaced = await buyer.change(long.id, { limit_price: "89.5", client_order_id: now("gtd") });
  expect(replaced).toMatchObject({ replaces: long.id, expires_at: long.expires_at, limit_price: "89.5" });
  for (const bot of [seller, buyer]) {
    // Some end with the one that they are linked to.
    await Promise.allSettled((await bot.open()).map((order) => bot.cancel(order.id)));
    await vi.waitFor(async () => expect(await bot.open()).toEqual([]), WAIT);
  }
  for (const what of ["peg", "hidden", "all or none", "minimum", "touch", "stop", "oto"])
    expect((await buyer.find(id(what))).status, what).toBe("canceled");
  expect((await seller.find(id("oco"))).status).toBe("canceled");
}

async function ends(bot: Bot, id: string, order: Terms): Promise<void> {
  await vi.waitFor(async () => expect(await bot.find(id), id).toMatchObject(order), WAIT);
}

/** Orders of every kind that rest far from the market. */
export async function restFarAway(
  place: (terms: Terms) => Promise<Body>,
  symbol: string,
  price: number,
): Promise<void> {
  const at = (part: number): string => (price * part).toFixed(2);
  const sells = { symbol, side: "sell", qty: "2" };
  await place({ ...sells, type: "limit", limit_price: at(1.3) });
  await place({ ...sells, type: "stop", stop_price: at(0.7) });
  await place({ ...sells, type: "stop_limit", stop_price: at(0.7), limit_price: at(0.69) });
  await place({ ...sells, type: "trailing_stop", trail_percent: "30" });
  await place({
    ...sells,
    type: "limit",
    order_class: "oco",
    take_profit: { limit_price: at(1.35) },
    stop_loss: { stop_price: at(0.68) },
  });
  await place({
    ...sells,
    type: "limit",
    limit_price: at(1.32),
    qty: "9",
    advanced_instructions: { display_qty: "3", post_only: true },
  });
}

/** What of an order may differ later without its owner's doing: a trail follows the market. */
export const withoutTrail = (all: readonly Body[]): Body[] =>
  all.map(({ hwm: _hwm, stop_price: stop, updated_at: at, legs, ...rest }) => ({
    ...rest,
    ...(rest.type === "trailing_stop" ? {} : { stop, at }),
    legs: legs === null || legs === undefined ? null : withoutTrail(legs),
  }));

/** How much of a symbol is offered at most at a price: the market makers of this release quote coins, too. */
export const offeredAt = (price: number, { asks }: Body): number =>
  (asks as string[][]).reduce((sum, [asked, qty]) => sum + (Number(asked) > price ? 0 : Number(qty)), 0);
