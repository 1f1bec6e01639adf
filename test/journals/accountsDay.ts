import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import { NO_LIMITS } from "../../domain/risk/limits.ts";
import type { LotsPage } from "../../protocol/rpc/lots.ts";
import { ORIGIN, priceAt, principalOf, type Told, writeSnapshot } from "./day.ts";
import { Host, type Classes, type Disk } from "./host.ts";

/** The disks of accounts with tax lots, fees, settlement, settings and transfers between them, and what they told. */
export interface AccountsFixture {
  readonly name: string;
  /** Time of the end, epoch milliseconds. */
  readonly at: number;
  readonly disks: readonly Disk[];
  readonly told: Told;
}

/** The weekend between the two trading days. */
const WEEKEND_MS = 3 * 86_400_000;
export const OWNER = "dee";
export const PAPER_ID = "00000000-0000-8a0a-8000-00000000000a";
export const PAPER = `paper-account/${PAPER_ID}`;
/** Accounts by address, and who owns them. */
export const OWNERS: Readonly<Record<string, string>> = {
  "account/dee": OWNER,
  "account/eve": OWNER,
  "account/fay": OWNER,
  "account/sam": "sam",
  [PAPER]: OWNER,
};
export const SYMBOLS = ["AAPL", "F"];
/** Cash that entered the live accounts, in dollars. */
export const PAID_IN = 1_100_100;
const DEE = "account/dee";
const SAM = "account/sam";

/** Passes time, and lets happen what waits for a short time. */
export interface Clock {
  pass(ms: number): void;
  rest(): Promise<void>;
}

/**
 * Two trading days of a trader with a fee plan, with settings, limits and a second account; of an account that is closed,
 * one whose kill switch is on, and a paper account. At the end the book of F, the transfers actor and the audit are
 * unreachable. With `snapshots`, every actor that is not closed writes one on the second day.
 */
export async function playAccountsDay(classes: Classes, snapshots: boolean, { pass, rest }: Clock): Promise<Host> {
  const host = new Host(classes);
  await openAll(host);
  await changeAll(host);
  for (const symbol of SYMBOLS) await tradeOnFriday(host, symbol);
  await rest();
  await moveCash(host);
  await rest();
  await host.call("account/fay", "close", ORIGIN);
  pass(WEEKEND_MS);
  await tradeOnMonday(host, "one");
  await moveShares(host);
  await rest();
  host.cut.add("book/F").add("transfers/world").add("audit/0");
  await leaveWaiting(host, "one");
  if (snapshots) {
    const actors = [...Object.keys(OWNERS), "book/AAPL", "paper-book/AAPL"];
    for (const address of actors) await writeSnapshot(host, address, OWNERS[address]);
    await tradeOnMonday(host, "two");
    await leaveWaiting(host, "two");
  }
  return host;
}

/** Calls the query methods of every account and of the books. */
export async function tellAccounts(host: Host): Promise<Told> {
  const told: Record<string, Record<string, unknown>> = {};
  for (const address of Object.keys(OWNERS)) {
    const ask = (method: string, ...args: unknown[]) => host.call(address, method, ...args);
    const answers: Record<string, unknown> = {};
    for (const method of ["summary", "settings", "controls", "feePlan", "settlement", "audited", "watchlists"])
      answers[method] = await ask(method);
    for (const symbol of SYMBOLS)
      answers[`lots ${symbol}`] = await ask("lots", { symbol, limit: 100, pageToken: null });
    const whole = { symbol: null, afterMicros: null, untilMicros: null, limit: 1_000, pageToken: null };
    answers["realized"] = await ask("realized", whole);
    answers["activities"] = await ask("activities", { ...whole, types: null, direction: "asc" });
    answers["movements"] = await ask("movements", 0);
    answers["withdrawals"] = { all: await ask("withdrawals", null, 100) };
    answers["own transfers"] = { all: await ask("ownTransfers", null, 100) };
    answers["orders"] = await ask("orders", { ...ALL_ORDERS, status: "all" });
    answers["updates"] = await ask("updatesAfter", 0, 1_000);
    told[address] = answers;
  }
  for (const symbol of SYMBOLS) {
    const address = `book/${symbol}`;
    told[address] = { resting: await host.call(address, "resting"), top: await host.call(address, "top") };
  }
  const paper = (told[PAPER]?.["orders"] ?? []) as readonly { readonly id: string }[];
  const live = await host.call(
    "paper-book/AAPL",
    "live",
    PAPER,
    paper.map(({ id }) => id),
  );
  told["paper-book/AAPL"] = { live };
  return told;
}

const ALL_ORDERS = {
  limit: 1_000,
  direction: "asc",
  after: null,
  until: null,
  symbols: null,
  side: null,
  beforeOrderId: null,
  afterOrderId: null,
};

async function openAll(host: Host): Promise<void> {
  for (const [address, owner] of Object.entries(OWNERS)) {
    const type = { "account/eve": "margin", [PAPER]: "paper" }[address];
    await host.call(address, "open", address.slice(address.indexOf("/") + 1), ORIGIN, owner, type);
  }
  const pay = (address: string, reference: string, symbol: string | null, amount: string) =>
    host.call(address, "deposit", principalOf("admin"), { reference, symbol, amount }, ORIGIN);
  await pay(DEE, "cash", null, "100000");
  await pay("account/fay", "cash", null, "100");
  await pay(SAM, "cash", null, "1000000");
  for (const symbol of SYMBOLS) await pay(SAM, symbol, symbol, "5000");
}

/** Fee plans, settings, limits, blocks and a watchlist. */
async function changeAll(host: Host): Promise<void> {
  const decided = { ownerId: OWNER, asked: "admin", approved: "approver" };
  await host.call(DEE, "setFeePlan", "maker_taker", decided, ORIGIN);
  await host.call("account/eve", "setFeePlan", "per_share", decided, ORIGIN);
  const dee = principalOf(OWNER, "dee");
  const symbols = [{ symbol: "AAPL", orderQty: 500_000_000, orderValue: null, positionQty: null }];
  const limits = { ...NO_LIMITS, orderValue: 200_000_000, symbols };
  const settings = { lotMethod: "lifo", limits, duplicateMode: "warn", duplicateWindowMs: 60_000, noShorting: true };
  await host.call(DEE, "changeSettings", dee, { ...settings, dailyLossLimit: 50_000_000 }, ORIGIN);
  const controls = { blockedSymbols: ["MSFT"], limits: { ...NO_LIMITS, positionValue: 900_000_000 } };
  await host.call(DEE, "changeControls", principalOf("admin"), controls, ORIGIN);
  await host.call("account/eve", "changeControls", principalOf("admin"), { blocked: true }, ORIGIN);
  await host.call(DEE, "changeWatchlist", dee, { kind: "create", name: "mine", symbols: ["F", "AAPL"] });
}

/** Three purchases at three prices, and a sale at a loss that the earlier ones replace in part. */
async function tradeOnFriday(host: Host, symbol: string): Promise<void> {
  for (const [qty, percent] of [
    ["3", "100"],
    ["2", "101"],
    ["0.5", "102"],
  ] as const) {
    await submit(host, SAM, { symbol, side: "sell", qty, limitPrice: percent });
    await submit(host, DEE, { symbol, qty, limitPrice: percent });
  }
  await submit(host, SAM, { symbol, qty: "1.25", limitPrice: "99" });
  await submit(host, DEE, { symbol, side: "sell", qty: "1.25", limitPrice: "99" });
  // A paper order takes what the live book shows.
  await submit(host, SAM, { symbol, side: "sell", qty: "2", limitPrice: "103" });
  if (symbol === "AAPL") await submit(host, PAPER, { symbol, qty: "1.5", limitPrice: "103" });
}

/** Cash between the accounts of one owner, and to the account of another, who gets none. */
async function moveCash(host: Host): Promise<void> {
  await transfer(host, "dee", "eve", "1000");
  await transfer(host, "fay", "eve", "100");
  await transfer(host, "dee", "sam", "5");
}

/** Shares, with their tax lots, between the accounts of one owner, and to the account of another, who gets none. */
async function moveShares(host: Host): Promise<void> {
  await transfer(host, "dee", "eve", "1.5", "shares", "F");
  await transfer(host, "dee", "sam", "0.25", "shares of another", "F");
}

/** A sale that settles a day later, orders that rest partly filled and whole, and kill switches on and off. */
async function tradeOnMonday(host: Host, name: string): Promise<void> {
  await submit(host, SAM, { qty: "1", limitPrice: "99" });
  await submit(host, DEE, { side: "sell", qty: "1", limitPrice: "99", clientOrderId: `sold ${name}` });
  await submit(host, DEE, { qty: "2", limitPrice: "98.5", timeInForce: "gtc", clientOrderId: `part ${name}` });
  await submit(host, SAM, { side: "sell", qty: "0.75", limitPrice: "98.5", timeInForce: "ioc" });
  await nameLot(host, `named ${name}`);
  await submit(host, DEE, { qty: "2000", limitPrice: "98", clientOrderId: `beyond the limit ${name}` });
  await submit(host, PAPER, { qty: "1", limitPrice: "97", timeInForce: "gtc", clientOrderId: `paper ${name}` });
  const sam = principalOf("sam", "sam");
  const kill = (on: boolean) => host.call(SAM, "setKillSwitch", sam, { on, cancelOrders: on, flatten: false }, ORIGIN);
  await kill(true);
  await submit(host, SAM, { qty: "1", limitPrice: "96", clientOrderId: `killed ${name}` });
  await kill(false);
  const eve = { on: true, cancelOrders: false, flatten: false };
  await host.call("account/eve", "setKillSwitchOfExchange", principalOf("admin"), eve, ORIGIN);
}

/** A sale that names its tax lot: a part of it is filled, the rest reserves it. */
async function nameLot(host: Host, clientOrderId: string): Promise<void> {
  const page = await host.call<LotsPage>(DEE, "lots", { symbol: "AAPL", limit: 1, pageToken: null });
  const [oldest] = page.lots;
  if (oldest === undefined) throw new Error("no tax lot is left");
  await submit(host, SAM, { qty: "0.25", limitPrice: "99" });
  const lots = [{ lotId: oldest.lotId, qty: "0.5" }];
  await submit(host, DEE, { side: "sell", qty: "0.5", limitPrice: "99", timeInForce: "gtc", clientOrderId, lots });
}

/** What waits for the unreachable: an order and a transfer. Orders for a book without an answer are not awaited. */
async function leaveWaiting(host: Host, name: string): Promise<void> {
  void submit(host, DEE, { symbol: "F", qty: "10", limitPrice: "97", clientOrderId: `waits ${name}` });
  await transfer(host, "dee", "eve", "0.125", `shares wait ${name}`, "F");
  await transfer(host, "dee", "eve", "250", `waits ${name}`);
}

async function transfer(
  host: Host,
  from: string,
  to: string,
  amount: string,
  reference = `to ${to}`,
  symbol: string | null = null,
): Promise<void> {
  const asked = { reference, symbol, amount, to };
  await host.call(`account/${from}`, "requestOwnTransfer", principalOf(OWNER, from), asked, ORIGIN, null);
}

/** `limitPrice` in percent of the instrument's reference price. */
async function submit(host: Host, address: string, changes: Partial<OrderTicket>): Promise<void> {
  const { symbol = "AAPL", limitPrice } = changes;
  const ticket = ticketWith({ ...changes, limitPrice: priceAt(symbol, limitPrice ?? "100") });
  const accountId = address.slice(address.indexOf("/") + 1);
  await host.call(address, "submitOrder", principalOf(OWNERS[address] ?? "", accountId), ticket, ORIGIN);
}
