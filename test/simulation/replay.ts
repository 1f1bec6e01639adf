import { recordOfText } from "./auditTexts.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { AuditRecord, TradeUpdate } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import { best } from "../../domain/matching/views.ts";
import { accountMachine } from "../../durable-objects/account/machine.ts";
import type { AccountEvent, AccountIn, AccountOut } from "../../durable-objects/account/machine.ts";
import type { HouseEntry, HouseState } from "../../domain/house/houseAccount.ts";
import type { FeesSwept } from "../../domain/house/messages.ts";
import type { AuditText } from "../../protocol/audit/line.ts";
import { auditShardOf, houseAccountId } from "../../protocol/ids/residency.ts";
import { auditAddress } from "../../durable-objects/actor/namespaces.ts";
import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import type { TransferEntry, TransfersState } from "../../domain/transfers/transfers.ts";
import { type TransferEvent, transfersMachine } from "../../durable-objects/transfers/machine.ts";
import type { JournalEntry } from "../../durable-objects/actor/formats.ts";
import type { Machine } from "../../durable-objects/actor/machine.ts";
import { decodeFormatted } from "../../durable-objects/actor/rowCodec.ts";
import { type HouseEvent, houseMachine } from "../../durable-objects/house/machine.ts";
import { bookMachine } from "../../durable-objects/orderbook/machine.ts";
import type { BookEntry, BookEvent } from "../../durable-objects/orderbook/machine.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { SHARDS } from "./shards.ts";
import type { SimulatedObject } from "./simulatedObject.ts";

/** A message that an actor received, or an entry that it decided itself. */
type Step<Local, In> = { readonly from: string; readonly message: In } | { readonly local: Local };

/**
 * An actor replayed from its whole journal, without the kernel and without snapshots. All actors are replayed at the same
 * moment, so messages that were sent and not applied are in flight.
 */
export class ReplayedActor<State, Local, In, Out, Event> {
  readonly address: string;
  readonly state: State;
  readonly events: Event[] = [];
  /** The number of events before each row of the journal, by the number of the row. */
  readonly eventsBeforeRow: number[] = [0, 0];
  /** All messages ever sent, by receiver. */
  readonly sent = new Map<string, Out[]>();
  /** All messages ever applied, by sender; and all steps in order, with their times. */
  readonly applied = new Map<string, In[]>();
  readonly history: (Step<Local, In> & { readonly at: number })[] = [];
  /** Messages sent by each step of the history, to compare with the model. */
  readonly sentByStep: { readonly to: string; readonly message: Out }[][] = [];
  readonly #machine: Machine<State, Local, In, Out, Event>;

  constructor(address: string, machine: Machine<State, Local, In, Out, Event>, rows: Iterable<Uint8Array>) {
    this.address = address;
    this.#machine = machine;
    this.state = machine.initial();
    let before = 0;
    for (const body of rows) {
      const [, at, entries] = decodeFormatted(body) as [number, number, JournalEntry<Local, In>[]];
      assert(at >= before, `AK-21: time of ${address} does not run backwards, from ${before} to ${at}`);
      before = at;
      for (const entry of entries) this.#entry(entry, at);
      this.eventsBeforeRow.push(this.events.length);
    }
  }

  /** Applies a message of another actor. */
  receive(from: string, message: In, at: number): void {
    this.#list(this.applied, from).push(message);
    this.#step({ from, message }, at, (effects) => this.#machine.applyMessage(this.state, from, message, at, effects));
  }

  /** Follows today's rules, as it does from its next commit. */
  upgrade(at: number): void {
    for (const local of this.#machine.upgradeEntries?.(this.state, at) ?? [])
      this.#step({ local }, at, (effects) => this.#machine.applyLocal(this.state, local, at, effects));
  }

  #entry(entry: JournalEntry<Local, In>, at: number): void {
    if (entry[0] === "local") {
      const [, local] = entry;
      return this.#step({ local }, at, (effects) => this.#machine.applyLocal(this.state, local, at, effects));
    }
    if (entry[0] === "parked") throw new Error(`broken: AK-8: no message is dead-lettered: ${JSON.stringify(entry)}`);
    if (entry[0] !== "mail") return;
    const [, from, first, messages] = entry;
    const known = this.#list(this.applied, from).length;
    assertEqual(first, known + 1, `AK-2: ${this.address} applies messages of ${from} once and in order`);
    for (const message of messages) this.receive(from, message, at);
  }

  #step(
    step: Step<Local, In>,
    at: number,
    run: (effects: { send(to: string, message: Out): void; emit(event: Event): void }) => void,
  ): void {
    const told: { readonly to: string; readonly message: Out }[] = [];
    this.history.push({ ...step, at });
    this.sentByStep.push(told);
    run({
      send: (to, out) => {
        this.#list(this.sent, to).push(out);
        told.push({ to, message: out });
      },
      emit: (event) => this.events.push(event),
    });
  }

  #list<T>(lists: Map<string, T[]>, key: string): T[] {
    let list = lists.get(key);
    if (list === undefined) lists.set(key, (list = []));
    return list;
  }
}

export type ReplayedAccount = ReplayedActor<AccountState, AccountEntry, AccountIn, AccountOut, AccountEvent>;

/** A book, with what it showed at the end of each second in which it changed. */
export class ReplayedBook extends ReplayedActor<BookState, BookEntry, BookCommand, BookReport, BookEvent> {
  readonly #seconds: Map<number, TapeQuote>;

  constructor(address: string, symbol: string, rows: Iterable<Uint8Array>) {
    const seconds = new Map<number, TapeQuote>();
    super(
      address,
      bookMachine(symbol, (state) => noteQuote(seconds, state)),
      rows,
    );
    this.#seconds = seconds;
  }

  /** The quotes with which seconds ended, in order, with repetitions. */
  get quotes(): TapeQuote[] {
    noteQuote(this.#seconds, this.state);
    return [...this.#seconds.values()];
  }
}

function noteQuote(seconds: Map<number, TapeQuote>, state: Readonly<BookState>): void {
  const { sequence, changedAt: at } = state;
  if (sequence === 0) return;
  const [bid, ask] = [best(state, "buy"), best(state, "sell")];
  const isCrossed = bid !== null && ask !== null && bid.price >= ask.price;
  const [bids, asks] = isCrossed ? [null, null] : [bid, ask];
  const [bidPrice, bidQty] = [bids?.price ?? 0, bids?.qty ?? 0];
  const [askPrice, askQty] = [asks?.price ?? 0, asks?.qty ?? 0];
  seconds.set(Math.floor(at / 1_000), { sequence, at, bidPrice, bidQty, askPrice, askQty });
}

export type ReplayedTransfers = ReplayedActor<
  TransfersState,
  TransferEntry,
  TransferNotice,
  TransferCommand,
  TransferEvent
>;

export type ReplayedHouse = ReplayedActor<HouseState, HouseEntry, FeesSwept, AuditText, HouseEvent>;

/** Accounts, books, transfers and house accounts of a world at one moment. */
export interface ExchangeSnapshot {
  readonly accounts: ReadonlyMap<string, ReplayedAccount>;
  readonly books: ReadonlyMap<string, ReplayedBook>;
  readonly transfers: ReadonlyMap<string, ReplayedTransfers>;
  /** Also those that no message has reached yet. */
  readonly houses: ReadonlyMap<string, ReplayedHouse>;
}

export function readSnapshot(objects: Iterable<SimulatedObject>): ExchangeSnapshot {
  const accounts = new Map<string, ReplayedAccount>();
  const books = new Map<string, ReplayedBook>();
  const transfers = new Map<string, ReplayedTransfers>();
  const houses = new Map<string, ReplayedHouse>();
  for (const { address, storage } of objects) {
    const [kind, ...names] = address.split("/");
    const name = names.join("/");
    if (kind !== "account" && kind !== "book" && kind !== "transfers" && kind !== "house") continue;
    // An object that died in its constructor has no tables.
    const [made] = storage.read("SELECT name FROM sqlite_master WHERE name = 'history'");
    const rows = made === undefined ? [] : storage.read("SELECT body FROM history ORDER BY row");
    const bodies = rows.map(({ body }) => body as Uint8Array);
    if (kind === "account") accounts.set(address, new ReplayedActor(address, accountMachine, bodies));
    else if (kind === "transfers") transfers.set(address, new ReplayedActor(address, transfersMachine, bodies));
    else if (kind === "house") houses.set(address, replayedHouse(address, bodies));
    else books.set(address, new ReplayedBook(address, name, bodies));
  }
  for (const to of [...accounts.values()].flatMap(({ sent }) => [...sent.keys()])) {
    if (to.startsWith("house/") && !houses.has(to)) houses.set(to, replayedHouse(to, []));
  }
  return { accounts, books, transfers, houses };
}

function replayedHouse(address: string, bodies: readonly Uint8Array[]): ReplayedHouse {
  const accountId = houseAccountId(address.slice(address.indexOf("/") + 1));
  const shard = auditAddress(auditShardOf(accountId, { world: SHARDS, eu: 0 }));
  return new ReplayedActor(address, houseMachine(accountId, shard), bodies);
}

/** Trade updates of an account, from its journal. */
export function updatesOf({ events }: Pick<ReplayedAccount, "events">): TradeUpdate[] {
  return events.flatMap((event) => (event.kind === "update" ? [event.update] : []));
}

export function closedOf({ events }: Pick<ReplayedAccount, "events">): Order[] {
  return events.flatMap((event) => (event.kind === "closed" ? [event.order] : []));
}

/** The texts of an account's audit events, in order. */
export function textsOf(sent: ReplayedAccount["sent"]): string[] {
  return [...sent].flatMap(([to, messages]) => (to.startsWith("audit/") ? (messages as string[]) : []));
}

/** Audit records of an account, in order. */
export function recordsOf({ sent }: Pick<ReplayedAccount, "sent">): AuditRecord[] {
  return textsOf(sent).map(recordOfText);
}

/** Delivers all messages in flight between accounts, books, transfers and house accounts until there are none. Returns their number. */
export function deliverAll({ accounts, books, transfers, houses }: ExchangeSnapshot, at: number): number {
  let delivered = 0;
  const post = <In>(
    from: { address: string; sent: Map<string, unknown[]> },
    to: Pick<ReplayedActor<unknown, never, In, unknown, unknown>, "address" | "applied" | "receive">,
  ) => {
    const messages = from.sent.get(to.address) ?? [];
    for (let nth = to.applied.get(from.address)?.length ?? 0; nth < messages.length; nth++) {
      to.receive(from.address, messages[nth] as In, at);
      delivered++;
    }
  };
  for (const actor of [...books.values(), ...houses.values()]) actor.upgrade(at);
  for (let before = -1; before !== delivered;) {
    before = delivered;
    for (const account of accounts.values()) {
      for (const book of books.values()) {
        post(account, book);
        post(book, account);
      }
      for (const actor of transfers.values()) {
        post(account, actor);
        post(actor, account);
      }
      for (const house of houses.values()) post(account, house);
    }
  }
  return delivered;
}
