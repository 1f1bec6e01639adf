/**
 * The accounts of a login. The row is written first and the account's object asked after it; a change that was not
 * answered is repeated by the background task, and the account carries it out once.
 */
import type { AccountType } from "../../../domain/accountType.ts";
import { NO_ORIGIN, type Origin } from "../../../domain/account/state/events.ts";
import type { AccountId, UserId } from "../../../domain/ids.ts";
import type { Scope } from "../../../protocol/auth/principal.ts";
import { newAccountId } from "../../../protocol/ids/residency.ts";
import type { AccountRemainder } from "../../../protocol/rpc/accountPrivacy.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type {
  AccountAccess,
  AccountChange,
  ClosedAccount,
  NewAccount,
  OpenedAccount,
  OwnAccount,
} from "../../../protocol/rpc/identity/accounts.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";
import { AccountRows } from "./accountRows.ts";

/** Accounts of one login that are not closed. */
export const ACCOUNTS_OPEN_MAX = 10;
/** Accounts of one login, closed ones included, which are kept for good. */
export const ACCOUNTS_MAX = 100;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

export interface OwnAccountPorts {
  now(): number;
  /** Whether accounts of this type can be opened here. */
  offers(type: AccountType): boolean;
  /** Opens the account's object. Repeatable. */
  openAccount(
    accountId: AccountId,
    origin: Origin,
    ownerId: UserId,
    type: AccountType,
    paperCash?: number,
  ): Promise<void>;
  /** Closes the account's object, or returns what is left in it. Repeatable. */
  closeAccount(accountId: AccountId, origin: Origin): Promise<AccountRemainder | null>;
  /** The scopes that the login has on an account that is shared with it. */
  sharedScopes(accountId: AccountId): readonly Scope[];
  /** An account was closed: its keys, grants and apps end. */
  closed(accountId: AccountId): void;
  /** Adds an entry to the login's security log. */
  record(
    kind: "account_opened" | "account_changed" | "account_closed",
    facts: Record<string, unknown>,
    origin?: Origin,
  ): void;
  /** The object's alarm is to be set. */
  wake(): void;
  failed(error: unknown): void;
}

export class OwnAccounts implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: OwnAccountPorts;
  readonly #rows: AccountRows;

  constructor(tables: Tables, profile: Profile, ports: OwnAccountPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
    this.#rows = new AccountRows(tables, profile);
  }

  list(): OwnAccount[] {
    return this.#rows.list();
  }

  /** What the login may do with an account. Nobody may do anything with a login that is closed. */
  access(accountId: AccountId): AccountAccess {
    if (this.#profile.principal() === null) return { own: false, scopes: [] };
    if (this.#profile.owns(accountId)) return { own: true };
    return { own: false, scopes: this.#ports.sharedScopes(accountId) };
  }

  /** Opens an account. A repeated request returns the account of the first one. */
  async open(asked: NewAccount, origin: Origin): Promise<IdentityOutcome<OpenedAccount>> {
    const reserved = this.#tables.transaction(() => this.#reserve(asked, origin));
    if (!reserved.ok) return reserved;
    const { accountId, replayed } = reserved.value;
    await this.#tryOpening(accountId);
    return { ok: true, value: { account: this.#known(accountId), replayed } };
  }

  change(accountId: AccountId, { name, isDefault }: AccountChange, origin: Origin): IdentityOutcome<OwnAccount> {
    return this.#tables.transaction(() => {
      const account = this.#rows.find(accountId);
      if (account === null) return { ok: false, reason: "account_not_found" };
      if (isDefault === true && account.state !== "open") return { ok: false, reason: "account_not_open" };
      if (name !== undefined) this.#rows.rename(accountId, name);
      if (isDefault === true) this.#profile.setDefaultAccount(accountId);
      const changed = [...(name === undefined ? [] : ["name"]), ...(isDefault === true ? ["default"] : [])];
      if (changed.length > 0) this.#ports.record("account_changed", { accountId, changed }, origin);
      return { ok: true, value: this.#known(accountId) };
    });
  }

  /** Closes an account, unless it is the default one or something is left in it. A closed one stays closed. */
  async close(accountId: AccountId, origin: Origin): Promise<IdentityOutcome<ClosedAccount>> {
    const account = this.#rows.find(accountId);
    if (account === null) return { ok: false, reason: "account_not_found" };
    if (account.state === "closed") return { ok: true, value: { kind: "closed", account } };
    if (account.state === "opening") return { ok: false, reason: "account_not_open" };
    if (account.isDefault) return { ok: false, reason: "account_is_default" };
    this.#rows.beginClosing(accountId, origin, this.#ports.now());
    this.#ports.wake();
    return { ok: true, value: await this.#tryClosing(accountId) };
  }

  dueAt(): number | null {
    return this.#rows.dueAt();
  }

  async run(now: number): Promise<void> {
    for (const { accountId, state, tries } of this.#rows.due(now)) {
      this.#rows.postpone(accountId, now + Math.min(RETRY_MS * 2 ** tries, RETRY_MS_MAX));
      await (state === "closing" ? this.#tryClosing(accountId) : this.#tryOpening(accountId));
    }
  }

  /** The row of a new account, or that of an earlier request with the same key. */
  #reserve(
    asked: NewAccount,
    origin: Origin,
  ): IdentityOutcome<{ readonly accountId: AccountId; readonly replayed: boolean }> {
    const login = this.#profile.login();
    if (login === null || this.#profile.principal() === null) return { ok: false, reason: "forbidden" };
    const { type, request } = asked;
    const before = request === null ? null : this.#rows.byRequest(request.key);
    if (before !== null) {
      if (before.fingerprint !== request?.fingerprint) return { ok: false, reason: "idempotency_key_reused" };
      return { ok: true, value: { accountId: before.accountId, replayed: true } };
    }
    if (login.guestUntil !== null) return { ok: false, reason: "guest_login" };
    if (!this.#ports.offers(type)) return { ok: false, reason: "account_type_unavailable" };
    const all = this.#rows.list();
    const open = all.filter(({ state }) => state !== "closed");
    if (open.length >= ACCOUNTS_OPEN_MAX || all.length >= ACCOUNTS_MAX)
      return { ok: false, reason: "too_many_accounts" };
    const accountId = newAccountId(login.region, type);
    this.#rows.insert(accountId, asked, origin, this.#ports.now());
    this.#ports.record("account_opened", { accountId, type }, origin);
    this.#ports.wake();
    return { ok: true, value: { accountId, replayed: false } };
  }

  async #tryOpening(accountId: AccountId): Promise<void> {
    const account = this.#rows.find(accountId);
    const login = this.#profile.login();
    if (account?.state !== "opening" || login === null) return;
    try {
      const origin = this.#rows.originOf(accountId) ?? NO_ORIGIN;
      const paperCash = this.#rows.paperCashOf(accountId);
      await this.#ports.openAccount(accountId, origin, login.userId, account.type, paperCash);
      if (this.#tables.exist) this.#rows.settle(accountId, "opening", "open", null);
    } catch (error) {
      this.#ports.failed(error);
    }
  }

  async #tryClosing(accountId: AccountId): Promise<ClosedAccount> {
    try {
      const left = await this.#ports.closeAccount(accountId, this.#rows.originOf(accountId) ?? NO_ORIGIN);
      if (left !== null) {
        if (this.#tables.exist) this.#rows.settle(accountId, "closing", "open", null);
        return { kind: "refused", left };
      }
      if (this.#tables.exist) this.#tables.transaction(() => this.#closed(accountId));
      return { kind: "closed", account: this.#known(accountId) };
    } catch (error) {
      this.#ports.failed(error);
      return { kind: "closing", account: this.#known(accountId) };
    }
  }

  #closed(accountId: AccountId): void {
    const origin = this.#rows.originOf(accountId) ?? undefined;
    if (!this.#rows.settle(accountId, "closing", "closed", this.#ports.now())) return;
    this.#ports.record("account_closed", { accountId }, origin);
    this.#ports.closed(accountId);
  }

  #known(accountId: AccountId): OwnAccount {
    const account = this.#rows.find(accountId);
    if (account === null) throw new Error("rows of accounts are never deleted");
    return account;
  }
}
