import { ticketWith } from "../../domain/account/testing.ts";
import type { ReplaceTicket, OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Instructions } from "../../domain/account/entry/instructions.ts";
import { findInstrument } from "../../domain/market/listing.ts";
import type { AccountsFixture } from "./accountsDay.ts";
import { Host, type Classes, type Disk } from "./host.ts";

/** The disks of a release after a short day, and its responses after a restart from them. */
export interface Fixture {
  /** Format of the rows, as `FORMAT` in durable-objects/actor/ had it. */
  readonly format: number;
  /** Time of the day's end, epoch milliseconds. */
  readonly at: number;
  readonly days: readonly { readonly name: string; readonly disks: readonly Disk[]; readonly told: Told }[];
  /** Days of accounts as formats from 9 on have them. */
  readonly accounts?: readonly AccountsFixture[];
}

/** Responses of objects to methods that every release has, by address and method. */
export type Told = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const ACCOUNTS = ["ann", "bob"];
/** So that orders and messages are numbered beyond a hundred: numbers from 64 on may have other bytes than smaller ones. */
const MORNINGS = 12;
const SYMBOLS = ["AAPL", "F"];
export const ORIGIN = { requestId: "r", ip: "192.0.2.1", userAgent: "journals" };
const NOTHING = { after: null, until: null, symbols: null, side: null, beforeOrderId: null, afterOrderId: null };

const NO_CHANGE = {
  qty: null,
  limitPrice: null,
  stopPrice: null,
  trail: null,
  timeInForce: null,
  clientOrderId: null,
  goodTil: null,
};

/**
 * Trades of two accounts in two books: orders that rest, are filled, cancelled and refused. In the afternoon one book and
 * the audit are unreachable, so that messages for them are pending. With `snapshots`, every object writes one in the afternoon. `rest` lets
 * everything happen that does not wait for long. With `decisions`, the account gets messages that decide two withdrawals
 * and that no transfers actor has sent.
 */
export async function playDay(
  classes: Classes,
  snapshots: boolean,
  rest: () => Promise<void>,
  decisions = true,
): Promise<Host> {
  const host = new Host(classes);
  for (const name of ACCOUNTS) await fund(host, name);
  for (let nth = 0; nth < MORNINGS; nth++) {
    await morning(host);
    await rest();
  }
  host.cut.add("book/F").add("audit/0");
  await afternoon(host, 0, decisions);
  if (snapshots) {
    await writeSnapshots(host);
    await morning(host);
    await afternoon(host, 1, decisions);
  }
  return host;
}

/** Starts the objects of these disks, each alone: their outboxes stay as they are. */
export function restart(classes: Classes, disks: readonly Disk[]): Host {
  const host = new Host(classes, disks);
  for (const { address } of disks) host.cut.add(address);
  return host;
}

/** Calls the query methods of every object. */
export async function tell(host: Host): Promise<Told> {
  const told: Record<string, Record<string, unknown>> = {};
  // An empty envelope changes nothing; the reply holds the messages pending for its sender.
  const mail = async (address: string, from: string) => {
    const empty = { from, first: 1, messages: [], ack: 0 };
    const { first, messages, ack } = await host.call<{ first: number; messages: unknown[]; ack: number }>(
      address,
      "deliver",
      empty,
    );
    return { first, messages: messages.length, ack };
  };
  for (const name of ACCOUNTS) {
    const address = `account/${name}`;
    told[address] = {
      summary: await host.call(address, "summary"),
      withdrawals: { all: await host.call(address, "withdrawals", null, 100) },
      orders: await host.call(address, "orders", { status: "all", limit: 1_000, direction: "asc", ...NOTHING }),
      open: await host.call(address, "orders", { status: "open", limit: 1_000, direction: "asc", ...NOTHING }),
    };
    for (const peer of [...SYMBOLS.map((symbol) => `book/${symbol}`), "audit/0"]) {
      Object.assign(told[address], { [`mail for ${peer}`]: await mail(address, peer) });
    }
  }
  for (const symbol of SYMBOLS) {
    const address = `book/${symbol}`;
    told[address] = { resting: await host.call(address, "resting"), top: await host.call(address, "top") };
    for (const name of ACCOUNTS) {
      Object.assign(told[address], { [`mail for ${name}`]: await mail(address, `account/${name}`) });
    }
  }
  told["audit/0"] = { status: await host.call("audit/0", "status") };
  return told;
}

async function fund(host: Host, name: string): Promise<void> {
  const address = `account/${name}`;
  await host.call(address, "open", name, ORIGIN);
  for (const [reference, symbol, amount] of [
    ["cash", null, "1000000"] as const,
    ...SYMBOLS.map((s) => [s, s, "5000"] as const),
  ]) {
    await host.call(address, "deposit", principalOf(name), { reference, symbol, amount }, ORIGIN);
  }
}

async function morning(host: Host): Promise<void> {
  for (const symbol of SYMBOLS.filter((each) => !host.cut.has(`book/${each}`))) {
    await submit(host, "ann", { symbol, limitPrice: "99.5", timeInForce: "day" });
    const cancelled = await submit(host, "ann", { symbol, limitPrice: "98" });
    await submit(host, "bob", { symbol, side: "sell", limitPrice: "101", qty: "3" });
    await submit(host, "ann", { symbol, limitPrice: "101", qty: "1.25" });
    await submit(host, "bob", {
      symbol,
      side: "sell",
      type: "market",
      limitPrice: null,
      qty: "0.5",
      timeInForce: "ioc",
    });
    await submit(host, "bob", { symbol, limitPrice: "1000000" });
    await host.call("account/ann", "cancelOrder", principalOf("ann"), cancelled, ORIGIN);
  }
}

/** Orders for the unreachable book get no response, so they are not awaited. */
async function afternoon(host: Host, nth: number, decisions: boolean): Promise<void> {
  await everyKind(host, nth);
  await withdraw(host, nth, decisions);
  void submit(host, "ann", { symbol: "F", limitPrice: "98.34" });
  void submit(host, "bob", { symbol: "F", side: "sell", limitPrice: "102", clientOrderId: `late-${nth}` });
  await submit(host, "ann", { limitPrice: "97.01", clientOrderId: `mine-${nth}` });
  await host.call(
    "account/bob",
    "deposit",
    principalOf("bob"),
    { reference: `late-${nth}`, symbol: null, amount: "1.5" },
    ORIGIN,
  );
}

/** Three withdrawals: pending, paid, and rejected; without `decisions` all are pending. */
async function withdraw(host: Host, nth: number, decisions: boolean): Promise<void> {
  const settle = [null, true, false];
  for (const [n, approve] of settle.entries()) {
    const asked = { reference: `out-${nth}-${n}`, amount: `${n + 1}.25` };
    const { value } = await host.call<{ value: { withdrawal: { id: string } } }>(
      "account/bob",
      "requestWithdrawal",
      principalOf("bob"),
      asked,
      ORIGIN,
    );
    if (decisions && approve !== null) {
      const kind = approve ? "post_withdrawal" : "void_withdrawal";
      const { id } = value.withdrawal;
      const command = { kind, transferId: id, withdrawalId: id, by: "admin", origin: ORIGIN };
      const envelope = { from: "transfers/world", first: 2 * nth + n, ack: 0, messages: [command] };
      await host.call("account/bob", "deliver", envelope);
    }
  }
}

/** Resting and untriggered orders of every type, and one that is replaced. */
async function everyKind(host: Host, nth: number): Promise<void> {
  const exits = { takeProfit: { limitPrice: "120" }, stopLoss: { stopPrice: "80", limitPrice: null } };
  const at = (limitPrice: string, instructions: Instructions) => ({ limitPrice, instructions });
  const kinds: (Partial<OrderTicket> & { readonly by?: string })[] = [
    { ...at("90", { displayQty: "0.25" }), qty: "1" },
    at("89", { hidden: true }),
    at("88", { allOrNone: true }),
    at("87", { minQty: "0.5" }),
    at("95", { peg: { to: "primary", offset: null } }),
    at("86", { postOnly: true, selfTrade: "decrement" }),
    { type: "stop", limitPrice: null, stopPrice: "110" },
    { type: "stop_limit", limitPrice: "112", stopPrice: "111" },
    { by: "bob", type: "trailing_stop", side: "sell", limitPrice: null, trailPercent: "5" },
    { type: "market_if_touched", limitPrice: null, stopPrice: "70" },
    { limitPrice: "85", orderClass: "bracket", ...exits },
    { side: "sell", limitPrice: null, orderClass: "oco", ...exits },
  ];
  for (const [place, { by = "ann", ...kind }] of kinds.entries()) {
    await submit(host, by, { clientOrderId: `kind-${nth}-${place}`, timeInForce: "gtc", ...kind });
  }
  const replaced = await submit(host, "ann", { limitPrice: "84", timeInForce: "gtc" });
  const ticket: ReplaceTicket = { ...NO_CHANGE, limitPrice: priceAt("AAPL", "83.5") };
  await host.call("account/ann", "replaceOrder", principalOf("ann"), replaced, ticket, ORIGIN);
  await host.call("book/AAPL", "halt", "manual", null);
}

/** An object writes a snapshot after so many bytes of journal. */
const SNAPSHOT_BYTES = 300_000;

/** An account (with its owner) or a book gets as many bytes at once, of something that does nothing, and writes one. */
export async function writeSnapshot(host: Host, address: string, owner?: string): Promise<void> {
  const much = "x".repeat(SNAPSHOT_BYTES);
  if (owner !== undefined) {
    const accountId = address.slice(address.indexOf("/") + 1);
    const ticket = ticketWith({ symbol: much, limitPrice: priceAt(much, "100") });
    await host.call(address, "submitOrder", principalOf(owner, accountId), ticket, ORIGIN);
    return;
  }
  const from = address.startsWith("paper-") ? "paper-account/zed" : "account/zed";
  const messages = [{ kind: "cancel", orderId: much }];
  await host.call(address, "deliver", { from, first: 1, ack: 0, messages });
}

/** Every object writes a snapshot. */
async function writeSnapshots(host: Host): Promise<void> {
  for (const name of ACCOUNTS) await writeSnapshot(host, `account/${name}`, name);
  for (const symbol of SYMBOLS) await writeSnapshot(host, `book/${symbol}`);
  const much = "x".repeat(SNAPSHOT_BYTES);
  const envelope = { from: "account/zed", first: 1, ack: 0 };
  const record = {
    eventId: "0b8e6ab7-5b0f-4bd5-8a3c-5a1f3a8b9c0d",
    at: 0,
    userId: "zed",
    accountId: "zed",
    result: "ok",
  };
  const facts = { action: "note", resource: "account/zed", body: { much }, before: null, after: null };
  await host.call("audit/0", "deliver", { ...envelope, messages: [{ ...record, ...ORIGIN, ...facts }] });
}

/** Prices in percent of the instrument's own: the market takes none that is far from it. */
function priced(changes: Partial<OrderTicket>): Partial<OrderTicket> {
  const { symbol = "AAPL", limitPrice, stopPrice, takeProfit, stopLoss } = changes;
  const of = (percent: string) => priceAt(symbol, percent);
  return {
    ...changes,
    limitPrice: limitPrice === null ? null : of(limitPrice ?? "100"),
    ...(stopPrice && { stopPrice: of(stopPrice) }),
    ...(takeProfit && { takeProfit: { limitPrice: of(takeProfit.limitPrice ?? "120") } }),
    ...(stopLoss?.stopPrice && { stopLoss: { ...stopLoss, stopPrice: of(stopLoss.stopPrice) } }),
  };
}

export function priceAt(symbol: string, percent: string): string {
  const reference = findInstrument(symbol)?.referencePrice ?? 0;
  return (Math.round((reference * Number(percent)) / 10_000) / 100).toFixed(2);
}

async function submit(host: Host, name: string, changes: Partial<OrderTicket>): Promise<string | undefined> {
  const outcome = await host.call<{ ok: boolean; value?: { id: string } }>(
    `account/${name}`,
    "submitOrder",
    principalOf(name),
    ticketWith(priced(changes)),
    ORIGIN,
  );
  return outcome.value?.id;
}

export function principalOf(userId: string, accountId = userId) {
  return { userId, accountId, roles: ["trader"] };
}
