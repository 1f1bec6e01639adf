/** A whole verification: the trail, the shards' own chains, the running accounts and books. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { eventIdOf } from "../../db/verify/accounts.ts";
import type { OpenTrade } from "../../db/verify/accounts.ts";
import type { OpenSweep } from "../../db/verify/sweeps.ts";
import type { OneSidedTransfer } from "../../db/verify/transferPairs.ts";
import { checkpointReader } from "../../db/verify/checkpoints.ts";
import type { Difference } from "../../db/verify/difference.ts";
import { judgeEnd } from "../../db/verify/end.ts";
import { whatWasChanged } from "../../db/verify/restore.ts";
import { PRICE_DECIMALS, formatDecimal } from "../../domain/decimal.ts";
import { assetNamed } from "../../domain/market/asset.ts";
import { booksThatDiffer } from "./books.ts";
import { inTurns } from "./inTurns.ts";
import { missingTrades } from "./tapes.ts";
import { accountDiffers } from "./compare.ts";
import type { Exchange, Journal, RunningAccount } from "./exchange.ts";
import { Trail } from "./trail.ts";

/** How long events of the accounts may take to reach the trail: audit records are batched and drained. */
const CATCH_UP_MS = 60_000;
const ROUND_MS = 300;

export interface ShardVerdict {
  readonly shard: number;
  readonly events: number;
  readonly head: { readonly seq: number; readonly hash: string };
  readonly checkpoint: number | null;
  readonly checkpoints: number;
}

export interface Verdict {
  /** Differences by event, and descriptions of those without an event. */
  readonly differences: readonly Difference[];
  readonly faults: readonly string[];
  /** Descriptions of what could not be checked. */
  readonly unchecked: readonly string[];
  readonly shards: readonly ShardVerdict[];
  readonly accounts: number;
  readonly trades: number;
  readonly books: number;
  /** Statistics of the first reading of the whole trail. */
  readonly events: number;
  readonly seconds: number;
}

/** Verifies everything, and changes nothing. Rejects when the exchange or the database becomes unavailable. */
export async function verify(
  exchange: Exchange,
  clients: readonly Client[],
  progress: (events: number) => void,
): Promise<Verdict> {
  return await new Verification(exchange, clients, progress).run();
}

class Verification {
  readonly #exchange: Exchange;
  readonly #clients: readonly Client[];
  readonly #progress: (events: number) => void;
  readonly #differences: Difference[] = [];
  readonly #faults: string[] = [];
  readonly #unchecked: string[] = [];

  constructor(exchange: Exchange, clients: readonly Client[], progress: (events: number) => void) {
    this.#exchange = exchange;
    this.#clients = clients;
    this.#progress = progress;
  }

  async run(): Promise<Verdict> {
    const { keys, checkpoints: newest } = await this.#exchange.checkpoints();
    const trail = new Trail(this.#clients, checkpointReader(keys));
    const began = performance.now();
    let journals = await this.#round(trail, await this.#exchange.journals());
    const [events, seconds] = [trail.events, (performance.now() - began) / 1000];
    for (const { shard, seq, jws } of newest) this.#newestIsThere(trail, shard, seq, jws);
    await this.#awaitAccounts(trail);
    journals = await this.#catchUp(trail, journals);
    const { accounts, tradeCount, trades, whole } = trail.accounts;
    this.#judge(trail, journals);
    const sound = this.#differences.length === 0 && accounts.size > 0;
    if (sound && whole && trades.size === 0) this.#conserved(trail);
    const books = await this.#books(trail);
    await this.#nameEvents(trail);
    return {
      differences: this.#differences,
      faults: this.#faults,
      unchecked: this.#unchecked,
      shards: [...trail.shards.values()].map(({ shard, chain, lastCheckpoint, checkpoints }) => {
        const { events: read, last: head } = chain;
        return { shard, events: read, head, checkpoint: lastCheckpoint?.seq ?? null, checkpoints: checkpoints.count };
      }),
      accounts: accounts.size,
      trades: tradeCount,
      books,
      events,
      seconds,
    };
  }

  /** Reads new events, which must contain the ends that the shards reported before. Returns their ends afterwards. */
  async #round(trail: Trail, journals: readonly Journal[]): Promise<readonly Journal[]> {
    const own = new Map(journals.flatMap(({ shard, drained }) => (drained === null ? [] : [[shard, drained]])));
    let read = trail.events;
    await trail.round(own, () => {
      if (++read % 50_000 === 0) this.#progress(read);
    });
    return await this.#exchange.journals();
  }

  /** The newest checkpoint of a shard is PostgreSQL's last one, or will be. */
  #newestIsThere(trail: Trail, shard: number, seq: number, jws: string): void {
    const last = trail.shards.get(shard)?.lastCheckpoint;
    if (last === undefined || last === null || last.seq > seq || (last.seq === seq && last.jws === jws)) return;
    if (last.seq === seq)
      this.#differ(shard, seq, "checkpoint", "the shard has signed another checkpoint of this event");
  }

  /** Reads the state of every account of the trail, to compare it when the trail has the same event. */
  async #awaitAccounts(trail: Trail): Promise<void> {
    await inTurns([...trail.accounts.accounts], async ([accountId, { shard, events }]) => {
      const account = await this.#exchange.account(accountId);
      if (account === null) return void this.#faults.push(`account ${accountId} has events, and does not exist`);
      if (account.events < events) {
        const eventId = eventIdOf(accountId, account.events + 1);
        const detail = `account ${accountId} has ${account.events} events, the trail has ${events}: not of the account`;
        const seq = trail.shards.get(shard)?.chain.last.seq ?? 0;
        this.#differences.push({ shard, seq, eventId, kind: "extra", detail });
        return undefined;
      }
      trail.accounts.await(accountId, account.events, (fold) => {
        const differs = accountDiffers(fold, account);
        if (differs !== null) this.#faults.push(`account ${accountId} after its event ${account.events}: ${differs}`);
      });
      return undefined;
    });
  }

  /** Reads the trail again until it has the accounts' last events, both sides of all, and the shards' ends. */
  async #catchUp(trail: Trail, first: readonly Journal[]): Promise<readonly Journal[]> {
    let journals = first;
    const open = new Map(trail.accounts.trades);
    const oneSided = (): boolean => receivedOnly(trail).length > 0 || oneSidedTransfers(trail).length > 0;
    const [started, waited] = [performance.now(), this.#exchange.waitedMs()];
    const spent = (): number => performance.now() - started - (this.#exchange.waitedMs() - waited);
    for (;;) {
      journals = await this.#round(trail, journals);
      for (const key of open.keys()) if (!trail.accounts.trades.has(key)) open.delete(key);
      const broken = this.#differs(trail);
      const waiting = trail.accounts.awaited.length > 0 || open.size > 0 || oneSided() || behind(trail, journals);
      if (!waiting || broken) return journals;
      if (spent() > CATCH_UP_MS) break;
      await sleep(ROUND_MS);
    }
    this.#late(trail, [...open.values()], journals);
    return journals;
  }

  /** Reports events that have not arrived in time as missing, unless their shard has not drained. */
  #late(trail: Trail, open: readonly OpenTrade[], journals: readonly Journal[]): void {
    const lagging = journals.filter(({ drained, taken }) => drained?.seq !== taken?.seq).map(({ shard }) => shard);
    if (lagging.length > 0) {
      this.#unchecked.push(`PostgreSQL does not have the newest events of shards ${lagging.join(", ")} yet`);
      return;
    }
    for (const accountId of trail.accounts.awaited) {
      const account = trail.accounts.accounts.get(accountId);
      if (account === undefined || !account.sound) continue;
      const eventId = eventIdOf(accountId, account.events + 1);
      const seq = trail.shards.get(account.shard)?.chain.last.seq ?? 0;
      const detail = `event ${account.events + 1} of account ${accountId} is not in the trail`;
      this.#differences.push({ shard: account.shard, seq: seq + 1, eventId, kind: "missing", detail });
    }
    for (const { shard, seq, eventId, tradeId, symbol } of open) {
      if (!trail.accounts.whole) continue;
      const detail = `trade ${tradeId} in ${symbol} has no other side`;
      this.#differences.push({ shard, seq, eventId, kind: "contradiction", detail });
    }
    for (const { shard, seq, eventId, accountId, day } of receivedOnly(trail)) {
      const detail = `account ${accountId} has not sent the fees of ${day} that it received`;
      this.#differences.push({ shard, seq, eventId, kind: "contradiction", detail });
    }
    for (const { shard, seq, eventId, detail } of oneSidedTransfers(trail)) {
      this.#differences.push({ shard, seq, eventId, kind: "contradiction", detail });
    }
  }

  #differs(trail: Trail): boolean {
    const chains = [...trail.shards.values()].some(({ chain }) => chain.differences.length > 0);
    return chains || trail.accounts.differences.length > 0 || this.#differences.length > 0;
  }

  #judge(trail: Trail, journals: readonly Journal[]): void {
    const own = new Map(journals.map((journal) => [journal.shard, journal]));
    for (const { shard, chain, head } of trail.shards.values()) {
      const journal = own.get(shard);
      if (journal === undefined) {
        this.#differ(shard, chain.last.seq, "extra", `the exchange has ${journals.length} shards, and not this one`);
        continue;
      }
      const { drained, taken } = journal;
      judgeEnd(chain, head, { drained: drained?.seq ?? 0, taken: taken?.seq ?? 0 });
      this.#differences.push(...chain.differences);
    }
    for (const { shard, broken_at: at } of journals) {
      if (at !== null) this.#differ(shard, at, "altered", "in the shard's own journal it does not continue the chain");
    }
    this.#differences.push(...trail.accounts.differences);
  }

  /** All accounts together own what was deposited. */
  #conserved(trail: Trail): void {
    for (const { asset, amount } of trail.accounts.imbalances()) {
      const decimals = assetNamed(asset)?.qtyDecimals ?? PRICE_DECIMALS;
      this.#faults.push(
        `all accounts together have ${formatDecimal(amount, decimals)} ${asset} more than was deposited`,
      );
    }
  }

  /** Compares every book's resting orders with the accounts' open orders. Returns the number of equal books. */
  async #books(trail: Trail): Promise<number> {
    const symbols = await this.#exchange.symbols();
    const differ = await booksThatDiffer(
      {
        waitedMs: () => this.#exchange.waitedMs(),
        book: (symbol) => this.#exchange.book(symbol),
        hasSessions: (symbol) => this.#exchange.hasSessions(symbol),
        accounts: async () => {
          // Accounts that were opened meanwhile may have resting orders too.
          await this.#round(trail, []);
          const accounts: RunningAccount[] = [];
          await inTurns([...trail.accounts.accounts.keys()], async (accountId) => {
            const account = await this.#exchange.account(accountId);
            if (account !== null) accounts.push(account);
          });
          return accounts;
        },
      },
      symbols,
    );
    this.#faults.push(...differ.values(), ...(await missingTrades(this.#exchange, symbols)));
    return symbols.length - differ.size;
  }

  /** Adds event ids to differences, where they are known. */
  async #nameEvents(trail: Trail): Promise<void> {
    for (const { shard, chain } of trail.shards.values()) {
      const changed = chain.altered === null ? null : whatWasChanged(chain.altered.previous, chain.altered.event);
      const seq = chain.altered?.event.seq;
      const at = this.#differences.findIndex((it) => it.shard === shard && it.seq === seq && it.kind === "altered");
      const difference = this.#differences[at];
      if (difference !== undefined && changed !== null) this.#differences[at] = { ...difference, detail: changed };
    }
    for (const [at, difference] of this.#differences.entries()) {
      if (difference.eventId !== null) continue;
      const { shard, seq, kind } = difference;
      const gaps = trail.accounts.gaps.filter((gap) => gap.shard === shard);
      const lost = kind === "missing" && gaps.length === 1 ? (gaps[0]?.eventId ?? null) : null;
      this.#differences[at] = { ...difference, eventId: (await trail.eventId(shard, seq)) ?? lost };
    }
    const rank = ({ kind }: Difference): number => (kind === "contradiction" ? 1 : 0);
    this.#differences.sort((a, b) => rank(a) - rank(b) || a.shard - b.shard || a.seq - b.seq);
  }

  #differ(shard: number, seq: number, kind: Difference["kind"], detail: string): void {
    this.#differences.push({ shard, seq, eventId: null, kind, detail });
  }
}

/** Fees that a house account has received, and of which the trail does not tell yet that an account has sent them. */
function receivedOnly(trail: Trail): OpenSweep[] {
  if (!trail.accounts.whole) return [];
  return [...trail.accounts.sweeps.open.values()].filter(({ side }) => side === "received");
}

/** Transfers that only one account has, as far as the trail was read. */
function oneSidedTransfers({ accounts }: Trail): OneSidedTransfer[] {
  return accounts.whole ? accounts.transfers.oneSided() : [];
}

/** Whether a shard has drained more or less than was read, so that its end cannot be compared yet. */
function behind(trail: Trail, journals: readonly Journal[]): boolean {
  return journals.some(({ shard, drained }) => {
    const end = trail.shards.get(shard)?.chain.last.seq ?? 0;
    return (drained?.seq ?? 0) < end;
  });
}
