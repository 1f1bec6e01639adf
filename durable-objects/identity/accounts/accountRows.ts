/** The rows of a login's own accounts. */
import { accountNumberOf } from "../../../domain/account/accountNumber.ts";
import { ACCOUNT_STATES, ACCOUNT_TYPES, type AccountLifecycle } from "../../../domain/accountType.ts";
import type { IdempotencyKey } from "../../../domain/account/ledger/idempotentResponse.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { AccountId } from "../../../domain/ids.ts";
import type { NewAccount, OwnAccount } from "../../../protocol/rpc/identity/accounts.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

type Row = Record<string, unknown>;

/** A change that an account's object has yet to carry out. */
export interface PendingChange {
  readonly accountId: AccountId;
  readonly state: AccountLifecycle;
  readonly tries: number;
}

export class AccountRows {
  readonly #tables: Tables;
  readonly #profile: Profile;

  constructor(tables: Tables, profile: Profile) {
    this.#tables = tables;
    this.#profile = profile;
  }

  /** Every own account, the first one first. */
  list(): OwnAccount[] {
    const login = this.#profile.login();
    if (login === null) return [];
    const first = "SELECT * FROM account ORDER BY id <> ?, opened_at, id";
    return this.#tables.rows(first, login.accountId).map((row) => this.#view(row, login.defaultAccountId));
  }

  find(accountId: AccountId): OwnAccount | null {
    const row = this.#row(accountId);
    const login = this.#profile.login();
    return row === undefined || login === null ? null : this.#view(row, login.defaultAccountId);
  }

  /** The account that a request with this idempotency key asked for. */
  byRequest(key: string): { readonly accountId: AccountId; readonly fingerprint: string } | null {
    const row = this.#tables.row("SELECT id, fingerprint FROM account WHERE request_key = ?", key);
    return row === undefined ? null : { accountId: String(row["id"]), fingerprint: String(row["fingerprint"]) };
  }

  insert(accountId: AccountId, { type, name, paperCash, request }: NewAccount, origin: Origin, now: number): void {
    this.#tables.write(
      `INSERT INTO account (id, type, name, state, opened_at, request_key, fingerprint, origin, due_at, paper_cash)
       VALUES (?, ?, ?, 'opening', ?, ?, ?, ?, ?, ?)`,
      accountId,
      type,
      this.#profile.vault().encrypt(name),
      now,
      ...keyOf(request),
      this.#profile.vault().encrypt(JSON.stringify(origin)),
      now,
      paperCash ?? null,
    );
  }

  /** What a paper account begins with; undefined: the usual amount. */
  paperCashOf(accountId: AccountId): number | undefined {
    const cash = this.#row(accountId)?.["paper_cash"];
    return typeof cash === "number" ? cash : undefined;
  }

  rename(accountId: AccountId, name: string): void {
    this.#tables.write("UPDATE account SET name = ? WHERE id = ?", this.#profile.vault().encrypt(name), accountId);
  }

  /** Asks for the end of an account: due at once. */
  beginClosing(accountId: AccountId, origin: Origin, now: number): void {
    this.#tables.write(
      "UPDATE account SET state = 'closing', origin = ?, due_at = ?, tries = 0 WHERE id = ?",
      this.#profile.vault().encrypt(JSON.stringify(origin)),
      now,
      accountId,
    );
  }

  /** The account's object has answered. Nothing happens when the state is another one by now. */
  settle(accountId: AccountId, from: AccountLifecycle, to: "open" | "closed", closedAt: number | null): boolean {
    if (this.#row(accountId)?.["state"] !== from) return false;
    this.#tables.write(
      "UPDATE account SET state = ?, closed_at = ?, origin = NULL, due_at = NULL, tries = 0 WHERE id = ?",
      to,
      closedAt,
      accountId,
    );
    return true;
  }

  /** Where the pending change came from. */
  originOf(accountId: AccountId): Origin | null {
    const encrypted = this.#row(accountId)?.["origin"];
    return typeof encrypted === "string" ? (JSON.parse(this.#profile.vault().decrypt(encrypted)) as Origin) : null;
  }

  dueAt(): number | null {
    const due = this.#tables.row("SELECT min(due_at) AS at FROM account")?.["at"];
    return typeof due === "number" ? due : null;
  }

  due(now: number): PendingChange[] {
    return this.#tables.rows("SELECT * FROM account WHERE due_at <= ? ORDER BY opened_at, id", now).map((row) => {
      return { accountId: String(row["id"]), state: stateOf(row), tries: Number(row["tries"]) };
    });
  }

  postpone(accountId: AccountId, until: number): void {
    this.#tables.write("UPDATE account SET due_at = ?, tries = tries + 1 WHERE id = ?", until, accountId);
  }

  #row(accountId: AccountId): Row | undefined {
    return this.#tables.row("SELECT * FROM account WHERE id = ?", accountId);
  }

  #view(row: Row, defaultId: AccountId): OwnAccount {
    const accountId = String(row["id"]);
    const name = String(row["name"]);
    return {
      accountId,
      number: accountNumberOf(accountId),
      type: ACCOUNT_TYPES.find((type) => type === row["type"]) ?? "cash",
      // The account that came with the login has no name until its owner gives it one.
      name: name === "" ? "" : this.#profile.vault().decrypt(name),
      state: stateOf(row),
      openedAt: Number(row["opened_at"]),
      closedAt: typeof row["closed_at"] === "number" ? row["closed_at"] : null,
      isDefault: accountId === defaultId,
    };
  }
}

const stateOf = (row: Row): AccountLifecycle => ACCOUNT_STATES.find((state) => state === row["state"]) ?? "open";

const keyOf = (request: IdempotencyKey | null): [string | null, string | null] =>
  request === null ? [null, null] : [request.key, request.fingerprint];
