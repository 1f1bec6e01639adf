/** Who a login is: the one row that every other part of it refers to. Personal data in it is encrypted. */
import type { AccountId, UserId } from "../../domain/ids.ts";
import { type Plan, PLANS } from "../../domain/rateLimit.ts";
import { type Principal, type Role, ROLES } from "../../protocol/auth/principal.ts";
import { type Region, REGIONS } from "../../protocol/ids/region.ts";
import { type KeyEncryptionKeys, rewrap, Vault } from "../vault/vault.ts";
import type { Tables } from "./tables.ts";

export interface LoginRow {
  readonly userId: UserId;
  /** The account that came with the login. */
  readonly accountId: AccountId;
  /** The account of requests that name none. */
  readonly defaultAccountId: AccountId;
  readonly roles: readonly Role[];
  readonly plan: Plan;
  readonly region: Region;
  /** null: this login has no password (it signs in by a passkey or another provider). */
  readonly passwordHash: string | null;
  /** When the e-mail was proved to be the user's, epoch milliseconds; null: not yet, so nobody may sign in. */
  readonly verifiedAt: number | null;
  /** When an administrator closed the login; null: it is open. */
  readonly disabledAt: number | null;
  readonly createdAt: number;
  /** Until when the login of a guest is kept, epoch milliseconds; null: it is a user's. */
  readonly guestUntil: number | null;
}

export type NewLogin = Omit<LoginRow, "disabledAt" | "createdAt" | "defaultAccountId" | "guestUntil"> & {
  readonly email: string;
};

export class Profile {
  readonly #tables: Tables;
  readonly #encryptionKeys: () => KeyEncryptionKeys;
  #vault: Vault | null = null;

  constructor(tables: Tables, encryptionKeys: () => KeyEncryptionKeys) {
    this.#tables = tables;
    this.#encryptionKeys = encryptionKeys;
  }

  /** The login; null when nobody has registered it. */
  login(): LoginRow | null {
    const found = this.#tables.row("SELECT * FROM login");
    if (found === undefined) return null;
    const timeOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null);
    return {
      userId: String(found["user_id"]),
      accountId: String(found["account_id"]),
      defaultAccountId: String(found[typeof found["default_account"] === "string" ? "default_account" : "account_id"]),
      roles: ROLES.filter((role) => String(found["roles"]).split(" ").includes(role)),
      plan: PLANS.find((plan) => plan === found["plan"]) ?? "standard",
      region: REGIONS.find((region) => region === found["region"]) ?? "world",
      passwordHash: String(found["password_hash"]) || null,
      verifiedAt: timeOrNull(found["verified_at"]),
      disabledAt: timeOrNull(found["disabled_at"]),
      createdAt: Number(found["created_at"]),
      guestUntil: timeOrNull(found["guest_until"]),
    };
  }

  /**
   * Writes the login and its cash account, unless there is one already: then nothing is written and the answer is false.
   */
  create(login: NewLogin, at: number): boolean {
    return this.#tables.transaction(() => {
      if (!this.#insert(login, at)) return false;
      this.#tables.write(
        "INSERT INTO account (id, type, name, state, opened_at) VALUES (?, 'cash', '', 'open', ?)",
        login.accountId,
        at,
      );
      return true;
    });
  }

  /** Writes the login of a guest, in the same way. The caller writes its account, which is a paper account. */
  createGuest(login: NewLogin, at: number, until: number): boolean {
    return this.#tables.transaction(() => {
      if (!this.#insert(login, at)) return false;
      this.#tables.write("UPDATE login SET guest_until = ?", until);
      return true;
    });
  }

  /** True for the login of a guest, who has no password and no e-mail. */
  isGuest(): boolean {
    return (this.login()?.guestUntil ?? null) !== null;
  }

  #insert(login: NewLogin, at: number): boolean {
    this.#tables.create();
    if (this.login() !== null) return false;
    const { vault, wrapped } = Vault.create(this.#encryptionKeys());
    this.#tables.write(
      `INSERT INTO login (id, email, user_id, account_id, roles, plan, region, password_hash, vault, verified_at, created_at)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      vault.encrypt(login.email),
      login.userId,
      login.accountId,
      login.roles.join(" "),
      login.plan,
      login.region,
      login.passwordHash ?? "",
      wrapped,
      login.verifiedAt,
      at,
    );
    return true;
  }

  /** The e-mail is the user's: from now on the login can be used, with this password. */
  verify(passwordHash: string | null, region: Region, at: number): void {
    this.#tables.write(
      "UPDATE login SET password_hash = ?, region = ?, verified_at = ?",
      passwordHash ?? "",
      region,
      at,
    );
  }

  /** What was approved for the login to be made; null: nobody invited it. */
  invitation(): string | null {
    const invitation = this.#tables.row("SELECT invitation FROM login")?.["invitation"];
    return typeof invitation === "string" ? invitation : null;
  }

  setInvitation(invitation: string): void {
    this.#tables.write("UPDATE login SET invitation = ?", invitation);
  }

  setPassword(passwordHash: string): void {
    this.#tables.write("UPDATE login SET password_hash = ?", passwordHash);
  }

  /** Leaves nothing of the login: as if nobody had ever asked for it. */
  remove(): void {
    this.#vault = null;
    this.#tables.drop();
  }

  /** Whom a proof of this login stands for; null while nobody may use it. */
  principal(): Principal | null {
    const login = this.login();
    if (login === null || login.verifiedAt === null || login.disabledAt !== null) return null;
    const { userId, defaultAccountId, roles, plan } = login;
    return { userId, accountId: defaultAccountId, roles, plan };
  }

  /** Every account of this user, closed ones included, the first one first; none when there is no login. */
  accountIds(): AccountId[] {
    const first = this.login()?.accountId ?? "";
    return this.#tables.rows("SELECT id FROM account ORDER BY id <> ?, id", first).map(({ id }) => String(id));
  }

  /** True for an account of this user, open or closed. */
  owns(accountId: AccountId): boolean {
    return this.#tables.row("SELECT 1 FROM account WHERE id = ?", accountId) !== undefined;
  }

  /** True for an account of this user that is open. */
  hasOpen(accountId: AccountId): boolean {
    return this.#tables.row("SELECT 1 FROM account WHERE id = ? AND state = 'open'", accountId) !== undefined;
  }

  /** True for an account of this user that is closed. */
  hasClosed(accountId: AccountId): boolean {
    return this.#tables.row("SELECT 1 FROM account WHERE id = ? AND state = 'closed'", accountId) !== undefined;
  }

  setDefaultAccount(accountId: AccountId): void {
    this.#tables.write("UPDATE login SET default_account = ?", accountId);
  }

  /** Encrypts what is personal. Throws when there is no login. */
  vault(): Vault {
    this.#vault ??= this.#openVault();
    return this.#vault;
  }

  /** Where mail to the user goes. Throws when there is no login. */
  email(): string {
    return this.vault().decrypt(String(this.#tables.row("SELECT email FROM login")?.["email"]));
  }

  /** The name that the user has entered; null: none. Throws when there is no login. */
  name(): string | null {
    const encrypted = this.#tables.row("SELECT name FROM person")?.["name"];
    return typeof encrypted === "string" ? this.vault().decrypt(encrypted) : null;
  }

  /** The data encryption key, wrapped by the current key-encryption key. The first use after a rotation rewraps it. */
  #currentKey(wrapped: string): string {
    const current = rewrap(this.#encryptionKeys(), wrapped);
    if (current !== null) this.#tables.write("UPDATE login SET vault = ?", current);
    return current ?? wrapped;
  }

  #openVault(): Vault {
    const found = this.#tables.row("SELECT email, vault FROM login");
    if (found === undefined) throw new Error("no login");
    if (typeof found["vault"] === "string")
      return Vault.unwrap(this.#encryptionKeys(), this.#currentKey(found["vault"]));
    // Created by a release that did not encrypt the e-mail.
    const { vault, wrapped } = Vault.create(this.#encryptionKeys());
    this.#tables.write("UPDATE login SET email = ?, vault = ?", vault.encrypt(String(found["email"])), wrapped);
    return vault;
  }
}
