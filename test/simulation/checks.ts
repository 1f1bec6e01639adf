import { calendarOf } from "../../domain/market/calendar.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { duePhases } from "../../domain/market/duePhases.ts";
import type { MarketStatus } from "../../domain/market/phase.ts";
import { FIRST_RULES } from "../../domain/matching/rules.ts";
import type { BookReport } from "../../domain/matching/messages.ts";
import { best } from "../../domain/matching/views.ts";
import { chainHashHex, GENESIS_HEX } from "../../db/auditChain.ts";
import { auditLine, FIELD_SEPARATOR, LINE_SEPARATOR } from "../../protocol/audit/line.ts";
import { assert, assertEqual } from "../model/assert.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import { lineOf, viewLine } from "../model/compare.ts";
import { NaiveMarket } from "../model/naiveMarket/market.ts";
import { RealMarket } from "../model/realMarket.ts";
import { viewOf } from "../model/view.ts";
import { checkActivities, checkActivityRows } from "./activityChecks.ts";
import { checkActor } from "./actors.ts";
import { checkAllOrNone } from "./batchActions.ts";
import { checkAccount, checkQuiescentAccounts, checkNoOverdraft, roundingOf } from "./accountInvariants.ts";
import type { SimulatedObject } from "./simulatedObject.ts";
import { checkOrders, ordersOf } from "./orderChecks.ts";
import { closedOf, readSnapshot, recordsOf, deliverAll, textsOf, updatesOf } from "./replay.ts";
import type { ExchangeSnapshot, ReplayedAccount, ReplayedBook } from "./replay.ts";
import { decodeUpdates } from "../../durable-objects/account/updateRows.ts";
import { checkFeesReceived, checkHouses } from "./houseChecks.ts";
import { checkTransfers } from "./transferChecks.ts";
import type { World } from "./world.ts";

/** Checks everything that holds at any time, also with messages in flight. Returns the replayed journals. */
export function checkSnapshot(world: World): ExchangeSnapshot {
  const snapshot = readSnapshot(world.objects.values());
  checkMessages(snapshot);
  for (const book of snapshot.books.values()) checkBook(world, book);
  for (const [address, account] of snapshot.accounts) {
    checkNotionals(account);
    checkOrders(account);
    checkAllOrNone(account);
    checkAccount(account.state, ordersOf(account));
    checkNoOverdraft(account.state, recordsOf(account).filter(isReplace).length);
    checkProjection(world.object(address), account);
    checkActivities(account);
    world.object(address).arrivals.check(account);
  }
  checkTransfers(snapshot);
  checkHouses(world, snapshot);
  checkTrail(world, snapshot);
  return snapshot;
}

/** Delivers all messages in flight to the snapshot and checks that everything agrees then: nothing was lost or duplicated. */
export function checkConserved(snapshot: ExchangeSnapshot, now: number): void {
  deliverAll(snapshot, now);
  const accounts = new Map([...snapshot.accounts].map(([address, { state }]) => [address, state]));
  const books = new Map([...snapshot.books.values()].map(({ state }) => [state.symbol, state]));
  for (const account of snapshot.accounts.values()) checkOrders(account);
  const rounding = [...snapshot.accounts.values()].reduce((sum, account) => sum + roundingOf(recordsOf(account)), 0n);
  checkQuiescentAccounts(accounts, books, rounding, (address) => {
    const account = snapshot.accounts.get(address);
    return account && ordersOf(account);
  });
  checkFeesReceived(snapshot);
  for (const { state } of snapshot.books.values()) {
    if (!state.matching) continue;
    const [bid, ask] = [best(state, "buy"), best(state, "sell")];
    assert(bid === null || ask === null || bid.price < ask.price, "OB-3: the book is never crossed");
  }
}

const isReplace = ({ action }: AuditRecord): boolean => action === "order.replaced";

/** The messages that one actor has applied are the first ones that the other has sent. */
function checkMessages({ accounts, books, transfers, houses }: ExchangeSnapshot): void {
  for (const account of accounts.values()) {
    for (const peer of [...books.values(), ...transfers.values(), ...houses.values()]) {
      compareMessages(account, peer);
      compareMessages(peer, account);
    }
  }
}

interface MessagePeer {
  readonly address: string;
  readonly sent: ReadonlyMap<string, readonly unknown[]>;
  readonly applied: ReadonlyMap<string, readonly unknown[]>;
}

function compareMessages(from: MessagePeer, to: MessagePeer): void {
  const sent = from.sent.get(to.address) ?? [];
  for (const [nth, message] of (to.applied.get(from.address) ?? []).entries()) {
    const place = `AK-1, AK-2: message ${nth + 1} of ${from.address} to ${to.address}`;
    assertEqual(JSON.stringify(message), JSON.stringify(sent[nth]), `${place} is what was sent`);
  }
}

/** The journal of a book, applied to the naive market, gives the same reports in the same order. */
function checkBook(world: World, book: ReplayedBook): void {
  const { state, history, sentByStep } = book;
  const rules = history.flatMap((step, nth) => ("local" in step && step.local.kind === "rules" ? [nth] : []));
  if (history.length > 0) assertEqual(rules.join(), "0", "AK-12: a book follows today's rules first of all, and once");
  const naive = new NaiveMarket(state.symbol, FIRST_RULES);
  const applied = new Map<string, number>();
  for (const [nth, step] of history.entries()) {
    if (!("local" in step)) {
      const sequence = (applied.get(step.from) ?? 0) + 1;
      applied.set(step.from, sequence);
      checkDuePhasesFirst(world, book, naive.status(), step.from, sequence);
    }
    const expected = "local" in step ? naive.enter(step.local, step.at) : naive.apply(step.from, step.message, step.at);
    const actual = (sentByStep[nth] ?? []).map(({ to, message: report }) => lineOf({ owner: to, report }));
    assertEqual(actual.join(), expected.map(lineOf).join(), "OB-1: the reports are those of the naive market");
    checkOwnTrades(sentByStep[nth] ?? []);
  }
  const real = new RealMarket(state.symbol);
  real.market = state;
  assertEqual(viewLine(real.view()), viewLine(viewOf(naive)), "OB-1: the book is the naive one");
}

/** AC-42: in continuous matching an account never trades with itself. */
function checkOwnTrades(sentByStep: readonly { readonly to: string; readonly message: unknown }[]): void {
  for (const [nth, { to, message }] of sentByStep.entries()) {
    const [fill, twin] = [message as BookReport, sentByStep[nth + 1]?.message as BookReport | undefined];
    if (fill.kind !== "fill" || fill.liquidity !== "maker" || twin?.kind !== "fill") continue;
    assert(to !== sentByStep[nth + 1]?.to, `AC-42: ${fill.orderId} and ${twin.orderId} are of one account`);
  }
}

/** MD-34: a market applies the phases that were due when a message arrived before it. */
function checkDuePhasesFirst(
  world: World,
  { address, state }: ReplayedBook,
  status: MarketStatus,
  from: string,
  sequence: number,
): void {
  const calendar = calendarOf(requireInstrument(state.symbol), world.calendar);
  assertEqual(status.calendar, calendar, "MD-34: a market has its calendar before it has orders");
  const at = world.object(address).arrivals.arrivedAt(from, sequence);
  assert(at !== undefined, `AK-2: message ${sequence} of ${from} has arrived at ${address}`);
  if (world.totals.clockJumps > 0 || status.until === null || status.until > at) return;
  const due = duePhases(calendar, status, at);
  assert(due.length === 0, `MD-34: ${JSON.stringify(due)} comes before what arrives at ${at}`);
}

/** Units of cash and of prices in a dollar. */
const CASH_UNITS = 10_000n;

/** AC-7: recomputes the cost of every fill: the sum of an order's fills is rounded once, up for a buy, down for a sell. */
function checkNotionals(account: ReplayedAccount): void {
  const sums = new Map<string, bigint>();
  for (const { action, body } of recordsOf(account)) {
    const id = String(body["order_id"]);
    if (action === "order.accepted") checkWorth(body);
    if (action === "order.replaced") sums.set(String(body["new_order_id"]), sums.get(id) ?? 0n);
    if (action !== "order.filled") continue;
    const [price, qty, cash] = [body["price"], body["qty"], body["notional"]].map((text) => String(text));
    const lots = 10n ** BigInt(requireInstrument(String(body["symbol"])).qtyDecimals);
    const before = sums.get(id) ?? 0n;
    const after = before + units(price, CASH_UNITS) * units(qty, lots);
    sums.set(id, after);
    const whole = (value: bigint) => (body["side"] === "buy" ? (value + lots - 1n) / lots : value / lots);
    assertEqual(
      units(cash, CASH_UNITS),
      whole(after) - whole(before),
      `AC-7: ${qty} shares at ${price} cost what they cost`,
    );
  }
}

/** AC-46: a buy at a limit is worth a dollar, or is for whole shares. */
function checkWorth(body: AuditRecord["body"]): void {
  const [symbol, qty, limit] = [body["symbol"], body["qty"], body["limit_price"]].map((text) => String(text));
  if (body["side"] !== "buy" || body["limit_price"] === null) return;
  const lots = 10n ** BigInt(requireInstrument(symbol ?? "").qtyDecimals);
  const asked = units(qty, lots);
  const worth = asked * units(limit, CASH_UNITS) >= lots * CASH_UNITS;
  assert(worth || asked % lots === 0n, `AC-46: ${qty} at ${limit} is worth an order`);
}

function units(text: string | undefined, each: bigint): bigint {
  const [whole = "", fraction = ""] = (text ?? "").split(".");
  const digits = String(each).length - 1;
  return BigInt(whole) * each + BigInt(fraction.padEnd(digits, "0"));
}

/**
 * The log read by streams and the closed orders are those of the journal's rows through which they are written. What is in
 * memory is checked by those who read it.
 */
function checkProjection({ storage }: SimulatedObject, account: ReplayedAccount): void {
  const [made] = storage.read("SELECT name FROM sqlite_master WHERE name = 'updates'");
  if (made === undefined) return;
  const [written] = storage.read("SELECT row FROM projected");
  const through = account.eventsBeforeRow[Number(written?.["row"] ?? 0) + 1] ?? 0;
  const events = account.events.slice(0, through);
  const bodies = (rows: Record<string, unknown>[]) => rows.map(({ body }) => JSON.parse(String(body)) as unknown);
  const log = storage.read("SELECT body FROM updates ORDER BY last").flatMap(({ body }) => decodeUpdates(body));
  const updates = JSON.stringify(log);
  const expected = JSON.stringify(updatesOf({ events }));
  assertEqual(updates, expected, `AK-13, MD-20: the log of ${account.address} has every update once`);
  checkActivityRows({ storage }, account.address, events);
  const closed = JSON.stringify(bodies(storage.read("SELECT body FROM closed_orders ORDER BY sequence")));
  const ended = JSON.stringify(closedOf({ events }).sort((a, b) => a.sequence - b.sequence));
  assertEqual(closed, ended, `AK-13: the closed orders of ${account.address} are those of its journal`);
}

/** Each shard's events on disk and in PostgreSQL form one chain of the records sent, without gap or duplicate. */
function checkTrail(world: World, { accounts, houses }: ExchangeSnapshot): void {
  const audited = [...accounts.values(), ...houses.values()];
  const records = new Map(audited.map((account) => [account.state.accountId, textsOf(account.sent)]));
  const next = new Map<string, number>();
  for (const object of world.objects.values()) {
    const [kind, name] = object.address.split("/");
    if (kind !== "audit") continue;
    const shard = Number(name);
    let hash = GENESIS_HEX;
    let seq = 0;
    for (const event of chainOf(world, object, shard)) {
      assertEqual(event.seq, ++seq, `AU-2: shard ${shard} has no gap and no duplicate`);
      const accountId = event.line.split("\u001f", 6)[5] ?? "";
      const nth = next.get(accountId) ?? 0;
      next.set(accountId, nth + 1);
      const record = records.get(accountId)?.[nth];
      assert(record !== undefined, `AU-1: record ${nth + 1} of ${accountId} was sent`);
      assertEqual(
        event.line,
        auditLine(shard, seq, record),
        `AU-1: record ${nth + 1} of ${accountId} is what was sent`,
      );
      checkActor(event.line);
      hash = chainHashHex(hash, event.line);
      assertEqual(event.hash, hash, `AU-3: event ${seq} of shard ${shard} follows on the one before`);
    }
    for (const [at, text] of world.database.shard(shard).checkpoints) {
      const signed = world.database.shard(shard).events[at - 1]?.hash;
      assert(signed !== undefined && text.includes(signed), `AU-6: checkpoint ${at} signs what PostgreSQL has`);
    }
  }
}

interface ChainEvent {
  readonly seq: number;
  readonly line: string;
  readonly hash: string;
}

/** PostgreSQL holds the beginning of the chain, the disk the end. They overlap where a response was lost. */
function chainOf(world: World, { storage }: SimulatedObject, shard: number): ChainEvent[] {
  const written = world.database.shard(shard).events;
  const [made] = storage.read("SELECT name FROM sqlite_master WHERE name = 'event_runs'");
  const rows = made === undefined ? [] : storage.read("SELECT first, last, lines FROM event_runs ORDER BY last");
  const kept = rows.flatMap(({ first, last, lines }) => {
    const events = String(lines)
      .split(LINE_SEPARATOR)
      .map((text, nth) => {
        const fields = text.split(FIELD_SEPARATOR);
        const hash = fields.pop() ?? "";
        return { seq: Number(first) + nth, line: fields.join(FIELD_SEPARATOR), hash };
      });
    assertEqual(events.at(-1)?.seq, Number(last), "AU-3: a row has the events that it names");
    return events;
  });
  for (const event of kept) {
    const there = written[event.seq - 1];
    if (there !== undefined)
      assertEqual(JSON.stringify(there), JSON.stringify(event), "AU-4: PostgreSQL has our events");
  }
  return [...written, ...kept.filter(({ seq }) => seq > written.length)];
}

/** When all messages have been delivered: none is in flight, and the trail is complete. */
export function checkAllDelivered(world: World, snapshot: ExchangeSnapshot): void {
  const actors = [...snapshot.accounts.values(), ...snapshot.books.values(), ...snapshot.transfers.values()];
  for (const { address, sent } of actors) {
    for (const [to, messages] of sent) {
      const receiver: MessagePeer | undefined =
        snapshot.accounts.get(to) ?? snapshot.books.get(to) ?? snapshot.transfers.get(to) ?? snapshot.houses.get(to);
      if (receiver === undefined) continue;
      assertEqual(
        receiver.applied.get(address)?.length ?? 0,
        messages.length,
        `AK-3: messages of ${address} to ${to} arrive`,
      );
    }
  }
  const audited = [...snapshot.accounts.values(), ...snapshot.houses.values()];
  const records = audited.reduce((sum, account) => sum + textsOf(account.sent).length, 0);
  const rows = [...world.database.shards.values()].reduce((sum, { events }) => sum + events.length, 0);
  assertEqual(rows, records, "AU-2: the trail is complete");
}
