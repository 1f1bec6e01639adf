/** Checks of paper accounts and paper books, which no check of the live exchange has. */
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { liveOrders } from "../../domain/matching/views.ts";
import { LIVE } from "../../domain/paper/accountBook.ts";
import { readLiveMarket } from "../../domain/paper/liveMarket.ts";
import { newerMarket, type PaperBookEntry, paperOrders, type PaperBookState } from "../../domain/paper/paperBook.ts";
import { isRelevant } from "../../domain/paper/relevance.ts";
import {
  type AccountEvent,
  type AccountIn,
  type AccountOut,
  paperAccountMachine,
} from "../../durable-objects/account/machine.ts";
import { paperBookMachine } from "../../durable-objects/paperbook/machine.ts";
import { parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { checkAccount } from "./accountInvariants.ts";
import { IndependentAccount, checkRecomputed } from "./activityChecks.ts";
import { ordersOf } from "./orderChecks.ts";
import { type ExchangeSnapshot, readSnapshot, ReplayedActor } from "./replay.ts";
import type { World } from "./world.ts";

type PaperAccount = ReplayedActor<AccountState, AccountEntry, AccountIn, AccountOut, AccountEvent>;
type PaperBook = ReplayedActor<PaperBookState, PaperBookEntry, BookCommand, BookReport, never>;

interface PaperSnapshot {
  readonly accounts: ReadonlyMap<string, PaperAccount>;
  readonly books: ReadonlyMap<string, PaperBook>;
}

/** A round of reconciliation is over after this time: it finds out what a lost push has not told. */
const ROUND_MS = 70_000;

function readPaper(world: World): PaperSnapshot {
  const accounts = new Map<string, PaperAccount>();
  const books = new Map<string, PaperBook>();
  for (const { address, storage } of world.objects.values()) {
    const [made] = storage.read("SELECT name FROM sqlite_master WHERE name = 'history'");
    if (made === undefined || !address.startsWith("paper-")) continue;
    const bodies = storage.read("SELECT body FROM history ORDER BY row").map(({ body }) => body as Uint8Array);
    const name = address.slice(address.indexOf("/") + 1);
    if (address.startsWith("paper-account/"))
      accounts.set(address, new ReplayedActor(address, paperAccountMachine, bodies));
    else books.set(address, new ReplayedActor(address, paperBookMachine(name), bodies));
  }
  return { accounts, books };
}

/** What holds at any time. `live`: the journals of the live actors, replayed at the same moment. */
export function checkPaper(world: World, live: ExchangeSnapshot): PaperSnapshot {
  const paper = readPaper(world);
  for (const account of paper.accounts.values()) {
    checkAccount(account.state, ordersOf(account));
    checkPaperActivities(account);
    for (const book of paper.books.values()) {
      compare(account, book);
      compare(book, account);
    }
  }
  for (const book of paper.books.values()) checkReadings(book, live);
  if (paper.accounts.size > 0) checkLiveJournals(world, [...paper.accounts.values()]);
  return paper;
}

/** Number of fills of all paper accounts. */
export function paperFills(world: World): number {
  const events = [...readPaper(world).accounts.values()].flatMap((account) => account.events);
  return events.filter((event) => event.kind === "activity" && event.activity.type === "FILL").length;
}

/** What one has applied is the first of what the other has sent: nothing is lost, repeated or made of another state. */
function compare(
  from: Pick<PaperAccount | PaperBook, "address" | "sent">,
  to: Pick<PaperAccount | PaperBook, "address" | "applied">,
): void {
  const sent: readonly unknown[] = from.sent.get(to.address) ?? [];
  for (const [nth, message] of (to.applied.get(from.address) ?? []).entries()) {
    const rule = `PA-2, AK-2: message ${nth + 1} of ${from.address} to ${to.address} is what its journal sends`;
    assertEqual(JSON.stringify(message), JSON.stringify(sent[nth]), rule);
  }
}

/** AC-81: cash, positions, lots and fees of a paper account are what its activities say. It has no audit records. */
function checkPaperActivities({ address, state, events }: PaperAccount): void {
  const independent = new IndependentAccount(state.accountId);
  for (const event of events) if (event.kind === "activity") independent.add(event.activity);
  const recomputed = independent.result();
  const gains = parseDecimal(recomputed.realised, PRICE_DECIMALS);
  assert(typeof gains === "number", `AC-81: ${recomputed.realised} is an amount`);
  checkRecomputed(address, state, recomputed, gains);
}

/** PA-11: a reading has every trade of the live book since the previous one, once. */
function checkReadings({ address, history }: PaperBook, { books }: ExchangeSnapshot): void {
  const live = books.get(address.replace("paper-", ""));
  let read: number | null = null;
  for (const step of history) {
    if (!("local" in step) || step.local.kind !== "market") continue;
    const { market } = step.local;
    const after = read;
    read = market.sequence;
    if (after === null || !market.complete) continue;
    const made = (live?.events ?? []).filter(({ sequence }) => sequence > after && sequence <= market.sequence);
    const numbers = (trades: readonly { tradeId: number; price: number; qty: number }[]) =>
      trades.map(({ tradeId, price, qty }) => `${tradeId}: ${qty} at ${price}`).join();
    assertEqual(numbers(market.trades), numbers(made), `PA-11: ${address} reads the trades after ${after}`);
  }
}

/** PA-1, PA-14: no journal of a live actor has the name of a paper actor or the id of a paper account. */
function checkLiveJournals(world: World, accounts: readonly PaperAccount[]): void {
  const names = ["paper-", ...accounts.map(({ state }) => state.accountId).filter((id) => id !== "")];
  for (const { address, storage } of world.objects.values()) {
    if (address.startsWith("paper-")) continue;
    const [made] = storage.read("SELECT name FROM sqlite_master WHERE name = 'history'");
    for (const { body } of made === undefined ? [] : storage.read("SELECT body FROM history")) {
      const text = Buffer.from(body as Uint8Array).toString("latin1");
      for (const name of names) assert(!text.includes(name), `PA-1: the journal of ${address} has nothing of ${name}`);
    }
  }
}

/** When no message is in flight: accounts and books agree, and no paper book has missed a change of its live book. */
export async function checkPaperQuiescent(world: World): Promise<void> {
  if (![...world.objects.keys()].some((address) => address.startsWith("paper-"))) return;
  if (missed(world, readPaper(world)) !== null) await world.time.runFor(ROUND_MS);
  const paper = checkPaper(world, readSnapshot(world.objects.values()));
  const late = missed(world, paper);
  assert(late === null, `PA-10: ${late} has read what its live book has published`);
  checkArrived(paper);
  const open = [...paper.accounts].flatMap(([address, { state }]) =>
    [...state.open.values()].map(({ id, symbol, side, qty, filledQty }) => [
      id,
      address,
      symbol,
      side,
      qty - filledQty,
    ]),
  );
  const resting = [...paper.books.values()].flatMap(({ state }) =>
    [...state.accounts.values()].flatMap(({ book }) =>
      [...liveOrders(book)].flatMap(({ orderId, owner, side, leaves }) =>
        owner === LIVE ? [] : [[orderId, owner, state.symbol, side, leaves]],
      ),
    ),
  );
  const lines = (orders: readonly unknown[]) =>
    orders
      .map((order) => JSON.stringify(order))
      .sort()
      .join("\n");
  assertEqual(lines(resting), lines(open), "AC-8: what rests in the paper books is what is open in the paper accounts");
}

/** Everything that was sent has arrived, and no paper actor has sent anything to a live one. */
function checkArrived({ accounts, books }: PaperSnapshot): void {
  for (const { address, sent } of [...accounts.values(), ...books.values()]) {
    for (const [to, messages] of sent) {
      const applied = (accounts.get(to) ?? books.get(to))?.applied.get(address) ?? [];
      assertEqual(applied.length, messages.length, `PA-14, AK-3: messages of ${address} to ${to} arrive`);
    }
  }
}

/** A paper book that has not applied a change that may fill one of its orders. */
function missed(world: World, { books }: PaperSnapshot): string | null {
  const live = readSnapshot(world.objects.values()).books;
  for (const [address, { state }] of books) {
    const book = live.get(address.replace("paper-", ""))?.state;
    if (book === undefined || paperOrders(state) === 0) continue;
    const newer = newerMarket(state, readLiveMarket(book, state.market?.sequence ?? 0));
    if (newer !== null && isRelevant(state, newer)) return address;
  }
  return null;
}
