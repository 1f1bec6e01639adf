import type { AccountState } from "../../domain/account/state/accountState.ts";
import { CASH, type Balances } from "../../domain/account/ledger/ledger.ts";
import type { Log } from "../../protocol/log/events.ts";
import { accountUpdateNotice, positionUpdatesNotice } from "../../protocol/mapping/balanceNotices.ts";
import type { AccountView, PositionView } from "../../protocol/rpc/account.ts";
import type { AccountNotice } from "../../protocol/rpc/relay.ts";
import type { NoticeStream } from "../../protocol/stream/trading.ts";
import { viewAccount } from "./queries.ts";

type Sql = Pick<SqlStorage, "exec">;

/** A relay says again every two minutes what its sockets listen to. */
const INTEREST_MS = 5 * 60_000;

const STREAMS = ["account_updates", "position_updates"] as const satisfies readonly NoticeStream[];
type BalanceStream = (typeof STREAMS)[number];

export interface BalancePorts {
  readonly sql: Sql;
  state(): Readonly<AccountState>;
  push(relay: string, notice: AccountNotice): Promise<void>;
  now(): number;
  readonly log: Log;
}

interface Interest {
  readonly streams: ReadonlySet<BalanceStream>;
  until: number;
  /** What the relay has not been told while a push was in transit. */
  readonly symbols: Set<string>;
  account: boolean;
  busy: boolean;
}

/**
 * Tells the sockets that listen how balances and positions have changed: once for each commit, and once for all commits
 * that are made while a push is in transit. Nothing is computed while nobody listens.
 */
export class BalanceNotices {
  readonly #ports: BalancePorts;
  readonly #relays = new Map<string, Interest>();
  /** The balances as of the last commit. A movement replaces the object. Null: everything counts as changed. */
  #seen: Map<string, Balances> | null = null;

  constructor(ports: BalancePorts) {
    this.#ports = ports;
    ports.sql.exec("CREATE TABLE IF NOT EXISTS notice_listeners (relay TEXT PRIMARY KEY, streams TEXT NOT NULL)");
    for (const { relay, streams } of ports.sql.exec("SELECT relay, streams FROM notice_listeners")) {
      this.#relays.set(String(relay), interestIn(String(streams).split(","), ports.now() + INTEREST_MS));
    }
  }

  /** A relay says what its sockets listen to. */
  subscribe(relay: string, notices: readonly string[]): void {
    const interest = interestIn(notices, this.#ports.now() + INTEREST_MS);
    const before = this.#relays.get(relay);
    const names = [...interest.streams].join(",");
    if (before !== undefined && [...before.streams].join(",") === names) {
      before.until = interest.until;
      return;
    }
    if (names === "") return this.#forget(relay);
    if (this.#relays.size === 0) this.#seen = new Map(this.#ports.state().ledger);
    this.#relays.set(relay, interest);
    this.#ports.sql.exec("INSERT OR REPLACE INTO notice_listeners (relay, streams) VALUES (?, ?)", relay, names);
  }

  /** Call after each commit. */
  committed(): void {
    if (this.#relays.size === 0) return;
    const now = this.#ports.now();
    for (const [relay, { until }] of this.#relays) if (now >= until) this.#forget(relay);
    const changed = this.#relays.size === 0 ? [] : this.#changes();
    if (changed.length === 0) return;
    for (const [relay, interest] of this.#relays) {
      for (const asset of changed) if (asset !== CASH) interest.symbols.add(asset);
      // A position that changed without cash has changed what the account owns all the same.
      interest.account = true;
      if (!interest.busy) void this.#drain(relay, interest);
    }
  }

  /** The assets whose balances have changed since the last call. */
  #changes(): string[] {
    const { ledger } = this.#ports.state();
    const seen = this.#seen ?? new Map<string, Balances>();
    this.#seen = seen;
    const changed: string[] = [];
    for (const [asset, balances] of ledger) {
      if (seen.get(asset) === balances) continue;
      seen.set(asset, balances);
      changed.push(asset);
    }
    return changed;
  }

  async #drain(relay: string, interest: Interest): Promise<void> {
    interest.busy = true;
    // After the current turn, so that commits of one turn are one notice.
    await Promise.resolve();
    while (interest.account && this.#relays.get(relay) === interest) {
      const symbols = [...interest.symbols];
      interest.symbols.clear();
      interest.account = false;
      try {
        for (const notice of this.#notices(interest, symbols)) await this.#ports.push(relay, notice);
      } catch (error) {
        // A notice that does not arrive is lost: the next change tells its part again.
        this.#ports.log("push.failed", { relay, failures: 1, error: String(error) });
      }
    }
    interest.busy = false;
  }

  #notices({ streams }: Interest, symbols: readonly string[]): AccountNotice[] {
    const state = this.#ports.state();
    // Only what has changed: an account may have a thousand positions.
    const view = viewAccount(state, symbols);
    if (view === null) return [];
    const version = state.nextAuditEvent - 1;
    const notices: AccountNotice[] = [];
    if (streams.has("account_updates")) notices.push(accountUpdateNotice(view, version));
    if (streams.has("position_updates") && symbols.length > 0) {
      notices.push(positionUpdatesNotice(view.accountId, positionsOf(view, symbols), version));
    }
    return notices;
  }

  #forget(relay: string): void {
    if (!this.#relays.delete(relay)) return;
    if (this.#relays.size === 0) this.#seen = null;
    this.#ports.sql.exec("DELETE FROM notice_listeners WHERE relay = ?", relay);
  }
}

function interestIn(notices: readonly string[], until: number): Interest {
  const streams = new Set(STREAMS.filter((stream) => notices.includes(stream)));
  return { streams, until, symbols: new Set(), account: false, busy: false };
}

/** The positions in these symbols; one that is gone has no shares. */
function positionsOf({ positions }: AccountView, symbols: readonly string[]): PositionView[] {
  const bySymbol = new Map(positions.map((position) => [position.symbol, position]));
  return symbols.map((symbol) => bySymbol.get(symbol) ?? { symbol, qty: 0, available: 0, costBasis: 0 });
}
