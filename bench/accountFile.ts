/** Writes years of trading into the SQLite file of an account, by the product's own machine and logs. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { applyEntry } from "../domain/account/apply.ts";
import { applyReport } from "../domain/account/orders/reports.ts";
import { newAccount } from "../domain/account/state/accountState.ts";
import type { AccountState } from "../domain/account/state/accountState.ts";
import { NO_ORIGIN } from "../domain/account/state/origin.ts";
import type { AccountOutputs } from "../domain/account/state/outputs.ts";
import { HOUR, newYorkInstant } from "../domain/market/newYork.ts";
import { tradingDayOf } from "../domain/market/session.ts";
import { ActivityLog } from "../durable-objects/account/activityLog.ts";
import { type AccountIn, accountMachine, type AccountOut } from "../durable-objects/account/machine.ts";
import { MovementLog } from "../durable-objects/account/movementLog.ts";
import { AccountStore } from "../durable-objects/account/store.ts";
import { EntryApplier } from "../durable-objects/actor/entryApplier.ts";
import type { JournalEntry, SavedActor } from "../durable-objects/actor/formats.ts";
import { InboxOutbox } from "../durable-objects/actor/inboxOutbox.ts";
import { Journal, type JournalStorage } from "../durable-objects/actor/journal.ts";
import type { AccountEntry } from "../domain/account/state/entries.ts";

export interface Trading {
  readonly symbols: readonly string[];
  /** Buys of one share for each symbol, and sales of one share, which leave the other lots. */
  readonly buysEach: number;
  readonly salesEach: number;
  /** Trading days until yesterday, over which they are spread. */
  readonly days: number;
}

const SHARE = 1_000_000;
const CASH = 10 ** 13;
const PRICE = 1_000_000;

const nothing = (): void => undefined;

/** Fills the file of an account that was just opened, whose exchange does not run. Returns the bytes of its snapshot. */
export function fillAccount(storageDir: string, accountId: string, trading: Trading): number {
  const folder = join(storageDir, "exchange-core-Account");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".sqlite"))) {
    const database = new DatabaseSync(join(folder, name));
    try {
      const bytes = fill(database, accountId, trading);
      if (bytes !== null) return bytes;
    } finally {
      database.close();
    }
  }
  throw new Error(`no file of the account ${accountId} in ${folder}`);
}

function fill(database: DatabaseSync, accountId: string, trading: Trading): number | null {
  const disk = storageOf(database);
  const { sql } = disk;
  const logs = { store: new AccountStore(sql), activities: new ActivityLog(sql), movements: new MovementLog(sql) };
  const journal = new Journal<JournalEntry<AccountEntry, AccountIn>>(disk);
  // What the opening has recorded is not written: the years that follow are.
  database.exec("INSERT OR REPLACE INTO projected (id, row) SELECT 1, ifnull(max(row), 0) FROM journal");
  const messages = new InboxOutbox<AccountIn, AccountOut>(`account/${accountId}`);
  const applier = new EntryApplier(accountMachine, messages, nothing);
  let opened = newAccount();
  let committedAt = 0;
  journal.recover(
    (saved) => {
      const { state, mailbox, now } = saved as SavedActor<AccountOut>;
      [opened, committedAt] = [accountMachine.load(state), now];
      messages.load(mailbox);
    },
    (entries, at) => {
      committedAt = at;
      const effects = { send: (to: string, message: AccountOut) => messages.send(to, message), emit: nothing };
      for (const entry of entries) applier.apply(opened, entry, at, effects);
    },
  );
  if (opened.accountId !== accountId) return null;
  database.exec("BEGIN");
  const state = trade(opened, trading, logs);
  database.exec("COMMIT");
  journal.writeSnapshot({ state: accountMachine.save(state), mailbox: messages.save(), now: committedAt });
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  return journal.size.snapshotBytes;
}

/** The file as an object has it: several statements in one text, and parameters. */
function storageOf(database: DatabaseSync): JournalStorage {
  return {
    sql: {
      exec(query, ...binds) {
        const values = binds.map((bind) => (bind instanceof ArrayBuffer ? new Uint8Array(bind) : bind));
        if (binds.length > 0 || query.startsWith("SELECT")) return database.prepare(query).all(...values);
        database.exec(query);
        return [];
      },
    },
    transactionSync(work) {
      database.exec("BEGIN");
      const result = work();
      database.exec("COMMIT");
      return result;
    },
  };
}

interface Logs {
  readonly store: AccountStore;
  readonly activities: ActivityLog;
  readonly movements: MovementLog;
}

/** The account as it is after the trading. */
function trade(opened: AccountState, { symbols, buysEach, salesEach, days }: Trading, logs: Logs): AccountState {
  const { accountId, userId, auditAddress } = opened;
  const state = newAccount();
  const out: AccountOutputs = {
    command: nothing,
    audit: nothing,
    update: nothing,
    closed: (order) => logs.store.addClosedOrder({ ...order }),
    activity: (activity) => {
      logs.activities.add(activity);
      logs.movements.add(activity);
    },
    deposited: nothing,
    withdrawal: nothing,
    answered: nothing,
    transfer: nothing,
    fees: nothing,
  };
  const first = tradingDayOf(Date.now()) - days;
  let now = newYorkInstant(first, 9 * HOUR);
  const begins = { activities: true, lots: true, settlement: true } as const;
  applyEntry(state, { kind: "opened", accountId, userId, auditAddress, ...begins, origin: NO_ORIGIN }, now, out);
  const deposit = { kind: "deposited", reference: "cash", asset: "USD", amount: CASH, cost: 0, by: userId } as const;
  applyEntry(state, { ...deposit, origin: NO_ORIGIN }, now, out);
  const each = buysEach + salesEach;
  const total = each * symbols.length;
  for (let nth = 0; nth < total; nth++) {
    const day = first + Math.floor((nth * days) / total);
    if (tradingDayOf(now) !== day) {
      write(logs);
      now = newYorkInstant(day, 9 * HOUR);
    }
    now += 20;
    // Every fifth and second of five trades sells, once there is something.
    const round = Math.floor(nth / symbols.length);
    const sells = Math.floor(((round + 1) * salesEach) / each) > Math.floor((round * salesEach) / each);
    fillOrder(state, symbols[nth % symbols.length] ?? "", sells ? "sell" : "buy", nth, now, out);
    if (nth % 64 === 63) logs.activities.write();
  }
  write(logs);
  return state;
}

function write({ store, activities, movements }: Logs): void {
  store.writeClosedOrders();
  activities.write();
  movements.write();
}

function fillOrder(
  state: AccountState,
  symbol: string,
  side: "buy" | "sell",
  nth: number,
  now: number,
  out: AccountOutputs,
): void {
  const orderId = crypto.randomUUID();
  const price = PRICE + (nth % 977) * 100;
  const order = {
    id: orderId,
    clientOrderId: orderId,
    symbol,
    side,
    type: "limit",
    timeInForce: "gtc",
    qty: SHARE,
    limitPrice: price,
    protectionPrice: price,
    extendedHours: false,
    expiresAt: null,
  } as const;
  applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, now, out);
  const fill = { kind: "fill", orderId, tradeId: nth + 1, price, qty: SHARE, liquidity: "taker", at: now } as const;
  applyReport(state, fill, now, out);
}
