import { uuidFromText, type AccountId, type UserId } from "../../domain/ids.ts";
import { FIELD_SEPARATOR } from "../../protocol/audit/line.ts";
import { AccountFold } from "./accountFold.ts";
import { ROUNDING_UNIT } from "./foldedOrder.ts";
import type { Fill } from "./accountFold.ts";
import type { Facts } from "./balanceFold.ts";
import type { Difference } from "./difference.ts";
import type { StoredEvent } from "./rows.ts";
import { Sweeps } from "./sweeps.ts";
import { TransferPairs } from "./transferPairs.ts";

/** How many numbers ahead an event is searched for when an account's events have a gap. */
const GAP_MAX = 1_000;
/** Differences reported, at most one per account. */
const DIFFERENCES_MAX = 50;

/** An account rebuilt from the events that were read so far. */
export interface FoldedAccount {
  readonly fold: AccountFold;
  readonly userId: UserId;
  readonly shard: number;
  /** Number of its last event. */
  events: number;
  /** False after a wrong event: later balances are no longer compared. */
  sound: boolean;
}

/** One side of a trade whose other side has not been read. */
export interface OpenTrade extends Fill {
  readonly shard: number;
  readonly seq: number;
  readonly eventId: string;
}

/**
 * Verifies every account: its events are numbered without a gap, the balances before an event are those after the one
 * before it, the balances after it follow from it, and both sides of each trade and
 * of each transfer agree. Read the shards side by side in
 * the order of time, so that the two sides of a trade are read close together.
 */
export class AccountsVerifier {
  readonly differences: Difference[] = [];
  readonly accounts = new Map<string, FoldedAccount>();
  /** Trades of which one side was read, by symbol and number. */
  readonly trades = new Map<string, OpenTrade>();
  /** Gaps in the numbers of accounts: the id of the missing event and the shard that should have it. */
  readonly gaps: { readonly shard: number; readonly eventId: string }[] = [];
  /** Called once when an account reaches this number of events and all of them were correct. */
  readonly #awaited = new Map<string, { readonly events: number; readonly reached: (fold: AccountFold) => void }>();
  /** Both sides of transfers between own accounts. */
  readonly transfers = new TransferPairs();
  /** Fees that accounts have sent to house accounts. */
  readonly sweeps = new Sweeps();
  #tradeCount = 0;
  /** Shards whose first events are archived. */
  readonly #cut = new Set<number>();

  /** Marks a shard whose first events are archived, so its accounts cannot be rebuilt from their first event. */
  cut(shard: number): void {
    this.#cut.add(shard);
  }

  /** Whether every account can be rebuilt from its first event. */
  get whole(): boolean {
    return this.#cut.size === 0;
  }

  /** Calls back when the account reaches this number of events, immediately if it already has. */
  await(accountId: AccountId, events: number, reached: (fold: AccountFold) => void): void {
    this.#awaited.set(accountId, { events, reached });
    const account = this.accounts.get(accountId);
    if (account !== undefined) this.#arrived(accountId, account);
  }

  /** Accounts for which `whenAt` still waits. */
  get awaited(): string[] {
    return [...this.#awaited.keys()];
  }

  get tradeCount(): number {
    return this.#tradeCount;
  }

  add(shard: number, { seq, line }: StoredEvent): void {
    const fields = line.split(FIELD_SEPARATOR);
    const [, , eventId = "", at = "", userId = "", accountId = "", action = "", resource = "", result = ""] = fields;
    const [body = "", before = "", after = ""] = fields.slice(12, 15);
    const place = { shard, seq, eventId };
    const account = this.#account(accountId, userId, shard, eventId);
    if (account === null) return this.#report(place, `the account ${accountId} has events of another user or shard`);
    const facts = factsOf({ action, resource, result, at: Number(at) }, body, before, after);
    const wrong = this.#numbered(account, accountId, eventId) ?? account.fold.apply(facts);
    if (wrong !== null) {
      if (account.sound) this.#report(place, wrong);
      account.sound = false;
      account.fold.adopt(facts.after);
    }
    const contradicted = this.transfers.add(place, facts);
    if (contradicted !== null && account.sound) this.#report(place, contradicted);
    if (action === "order.filled") this.#trade(place, facts.body, account);
    if (action === "fees.swept" || action === "fees.received") this.#sweep(place, accountId, facts, account);
    if (this.#awaited.size > 0) this.#arrived(accountId, account);
  }

  /**
   * Sums by asset over all accounts, those of the house among them: what they own and owe in fees, minus what was
   * deposited, plus fees on their way and the cash that rounding leaves with the venue. Zero when every trade has both
   * sides, and every house account has what accounts have sent.
   */
  imbalances(): { asset: string; amount: bigint }[] {
    const sums = new Map<string, bigint>();
    const add = (asset: string, amount: number) => sums.set(asset, (sums.get(asset) ?? 0n) + BigInt(amount));
    let rounding = 0n;
    for (const { fold } of this.accounts.values()) {
      rounding += fold.rounding;
      add("USD", fold.cash);
      add("USD", fold.held);
      add("USD", fold.house - fold.sweeps.swept);
      for (const [symbol, { available, held }] of fold.holdings) {
        add(symbol, available);
        add(symbol, held);
      }
      for (const [asset, amount] of fold.deposited) add(asset, -amount);
    }
    add("USD", this.sweeps.inFlight);
    // A remaining fraction of a unit belongs to no account; it is rounded up to a whole unit.
    const whole = rounding / ROUNDING_UNIT + (rounding % ROUNDING_UNIT === 0n ? 0n : 1n);
    if (rounding !== 0n) sums.set("USD", (sums.get("USD") ?? 0n) + whole);
    return [...sums].filter(([, amount]) => amount !== 0n).map(([asset, amount]) => ({ asset, amount }));
  }

  #arrived(accountId: AccountId, account: FoldedAccount): void {
    const awaited = this.#awaited.get(accountId);
    if (awaited === undefined || account.events < awaited.events) return;
    this.#awaited.delete(accountId);
    if (account.sound && account.events === awaited.events) awaited.reached(account.fold);
  }

  #account(accountId: AccountId, userId: UserId, shard: number, eventId: string): FoldedAccount | null {
    const known = this.accounts.get(accountId);
    if (known === undefined) {
      const account = { fold: new AccountFold(), userId, shard, events: 0, sound: true };
      account.sound = !this.#cut.has(shard) || eventId === eventIdOf(accountId, 1);
      this.accounts.set(accountId, account);
      return account;
    }
    return known.userId === userId && known.shard === shard ? known : null;
  }

  /** Checks the id of an event, which is a function of its account and number. */
  #numbered(account: FoldedAccount, accountId: AccountId, eventId: string): string | null {
    const due = account.events + 1;
    const idAt = (n: number): string => eventIdOf(accountId, n);
    if (eventId === idAt(due)) {
      account.events = due;
      return null;
    }
    for (let n = due + 1; n <= due + GAP_MAX; n++) {
      if (eventId !== idAt(n)) continue;
      account.events = n;
      if (account.sound) this.gaps.push({ shard: account.shard, eventId: idAt(due) });
      const lacking = n - due === 1 ? `event ${due}` : `events ${due} to ${n - 1}`;
      return `it is event ${n} of account ${accountId}, whose ${lacking} (${idAt(due)}) is not before it`;
    }
    for (let n = 1; n < due && n <= GAP_MAX; n++) {
      if (eventId === idAt(n)) return `it is event ${n} of account ${accountId} once more`;
    }
    account.events = due;
    return `its id is not that of event ${due} of account ${accountId}, ${idAt(due)}`;
  }

  #trade(place: Place, body: Facts["body"], account: FoldedAccount): void {
    const text = (field: string): string => String(body[field]);
    const [symbol, tradeId] = [text("symbol"), text("trade_id")];
    const executedAt = typeof body["executed_at"] === "number" ? body["executed_at"] : null;
    const fill = { symbol, tradeId, side: text("side"), price: text("price"), qty: text("qty"), executedAt };
    const side: OpenTrade = { ...fill, ...place };
    const key = `${symbol} ${tradeId}`;
    const other = this.trades.get(key);
    if (other === undefined) {
      this.trades.set(key, side);
      return;
    }
    this.trades.delete(key);
    this.#tradeCount++;
    // An account of an earlier release does not say when.
    const sameTime = other.executedAt === executedAt || other.executedAt === null || executedAt === null;
    const agrees = other.price === side.price && other.qty === side.qty && sameTime;
    if ((agrees && other.side !== side.side) || !account.sound) return;
    const with_ = `event ${other.seq} of shard ${other.shard} (${other.eventId})`;
    this.#report(place, `it and ${with_} are not the two sides of trade ${tradeId} in ${symbol}`);
  }

  #sweep(place: Place, accountId: AccountId, facts: Facts, account: FoldedAccount): void {
    const wrong = this.sweeps.add(place, accountId, facts);
    if (wrong !== null && account.sound && this.whole) this.#report(place, wrong);
  }

  #report({ shard, seq, eventId }: Place, detail: string): void {
    if (this.differences.length >= DIFFERENCES_MAX) return;
    this.differences.push({ shard, seq, eventId, kind: "contradiction", detail });
  }
}

/** The id of an account's event by its number, as the account makes it. */
export function eventIdOf(accountId: AccountId, n: number): string {
  return uuidFromText(`audit:${accountId}:${n}`);
}

interface Place {
  readonly shard: number;
  readonly seq: number;
  readonly eventId: string;
}

type Columns = Pick<Facts, "action" | "resource" | "result" | "at">;

function factsOf(columns: Columns, body: string, before: string, after: string): Facts {
  return { ...columns, body: objectOf(body) ?? {}, before: objectOf(before), after: objectOf(after) };
}

/** Null for an empty text and for invalid JSON; the chain reports the latter as altered. */
function objectOf(text: string): Record<string, unknown> | null {
  if (text === "") return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
