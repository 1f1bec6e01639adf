/** The API keys of one login. A secret is shown once and kept as a hash; names and addresses are encrypted. */
import type { AccountId, LoginRoute, UserId } from "../../../domain/ids.ts";
import { timingSafeEqual } from "node:crypto";
import { hasScope, type Principal, type Role, type Scope, SCOPES } from "../../../protocol/auth/principal.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { KeyChange, KeyView, NewKey } from "../../../protocol/rpc/identity/apiKeys.ts";
import { inIpRange } from "../../../protocol/auth/ipRanges.ts";
import { newKeyId, newSecret } from "../../../protocol/ids/loginRoute.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { sha256 } from "../digest.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

/** Keys of one login. */
export const KEYS_MAX = 20;
/** The last use of a key is written at most this often, because it costs a write. */
const USE_WRITTEN_MS = 60_000;

/** The key that a request without scopes asks for, as in earlier releases. */
const DEFAULT_KEY: NewKey = { name: "", accountId: null, scopes: ["read", "trade"], allowedIps: [], expiresAt: null };

export interface KeyPorts {
  now(): number;
  /** The scopes that the login has on an account that is shared with it; none for any other account. */
  sharedScopes(accountId: AccountId): readonly Scope[];
  /** Adds an entry to the login's security log. */
  record(kind: "key_created" | "key_changed" | "key_revoked", facts: Record<string, unknown>, origin?: Origin): void;
  /** E-mails the user. */
  email(what: "key_made" | "key_widened", key: KeyView): void;
  /** A key was verified. `relay` is to be notified when the key ends. */
  verified(relay: string | undefined): void;
  /** Notifies the relays that have verified this key. */
  ended(keyId: string): void;
  /** The object's alarm is to be set for `dueAt`. */
  wake(): void;
}

export class ApiKeys implements BackgroundTask {
  readonly #route: LoginRoute;
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: KeyPorts;

  /** `route` names the login's object and is part of every key id. */
  constructor(route: LoginRoute, tables: Tables, profile: Profile, ports: KeyPorts) {
    this.#route = route;
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
  }

  /** Creates a key. Refuses scopes that the login does not have on the account, and more than KEYS_MAX keys. */
  create(userId: UserId, asked: NewKey = DEFAULT_KEY, origin?: Origin): IdentityOutcome<CreatedKey> {
    const login = this.#profile.principal();
    if (login?.userId !== userId) return { ok: false, reason: "bad_credentials" };
    const accountId = asked.accountId ?? login.accountId;
    if (this.#profile.owns(accountId) && !this.#profile.hasOpen(accountId))
      return { ok: false, reason: "account_not_open" };
    const most = this.#mostScopes(login, accountId);
    const exceeds = asked.scopes.some((scope) => !most.includes(scope));
    if (asked.scopes.length === 0 || exceeds) return { ok: false, reason: "forbidden" };
    if (this.#profile.isGuest()) return { ok: false, reason: "guest_login" };
    return this.#tables.transaction(() => {
      const count = Number(this.#tables.row("SELECT count(*) AS n FROM api_key")?.["n"] ?? 0);
      if (count >= KEYS_MAX) return { ok: false, reason: "too_many_keys" };
      let keyId = newKeyId(this.#route);
      while (this.#row(keyId) !== undefined) keyId = newKeyId(this.#route);
      const secret = newSecret();
      const vault = this.#profile.vault();
      this.#tables.write(
        `INSERT INTO api_key (key_id, secret_sha256, created_at, account_id, scopes, name, allowed_ips, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        keyId,
        sha256(secret),
        this.#ports.now(),
        accountId,
        inOrder(asked.scopes).join(" "),
        vault.encrypt(asked.name),
        vault.encrypt(asked.allowedIps.join(" ")),
        asked.expiresAt,
      );
      this.#ports.record("key_created", { keyId, accountId, scopes: inOrder(asked.scopes) }, origin);
      this.#ports.wake();
      const key = this.find(keyId);
      if (key === null) throw new Error("a key that was just made is not there");
      this.#ports.email("key_made", key);
      return { ok: true, value: { keyId, secret, key } };
    });
  }

  /**
   * The principal of a key that is used from `ip`. Every refusal is the same, so that it does not tell what is wrong.
   */
  verify(keyId: string, secret: string, ip?: string, relay?: string): IdentityOutcome<Principal> {
    const login = this.#profile.principal();
    const row = this.#row(keyId);
    const encoder = new TextEncoder();
    // Always compared, so that an unknown key takes as long as a wrong secret.
    const stored = row === undefined ? "0".repeat(64) : String(row["secret_sha256"]);
    const right = timingSafeEqual(encoder.encode(sha256(secret)), encoder.encode(stored));
    if (login === null || row === undefined || !right) return { ok: false, reason: "no_such_key" };
    const key = this.#view(row);
    const now = this.#ports.now();
    const most = this.#mostScopes(login, key.accountId);
    const scopes = key.scopes.filter((scope) => most.includes(scope));
    const misplaced =
      key.allowedIps.length > 0 && !key.allowedIps.some((range) => ip !== undefined && inIpRange(ip, range));
    const expired = key.expiresAt !== null && key.expiresAt <= now;
    if (scopes.length === 0 || misplaced || expired) return { ok: false, reason: "no_such_key" };
    if (key.lastUsedAt === null || now - key.lastUsedAt >= USE_WRITTEN_MS) {
      const used = "UPDATE api_key SET last_used_at = ?, last_used_ip = ? WHERE key_id = ?";
      this.#tables.write(used, now, ip ? this.#profile.vault().encrypt(ip) : null, keyId);
    }
    this.#ports.verified(relay);
    const roles = login.roles.filter((role) => this.#hasRole(role, key));
    const guest = this.#profile.owns(key.accountId) ? {} : { guest: true as const };
    const credential = { kind: "api_key", id: keyId } as const;
    return { ok: true, value: { ...login, roles, accountId: key.accountId, scopes, credential, ...guest } };
  }

  /** The keys, the newest first. */
  list(): KeyView[] {
    if (this.#profile.login() === null) return [];
    return this.#tables.rows("SELECT * FROM api_key ORDER BY created_at DESC, key_id").map((row) => this.#view(row));
  }

  /** One key; null when there is none of this id. */
  find(keyId: string): KeyView | null {
    const row = this.#row(keyId);
    return row === undefined ? null : this.#view(row);
  }

  /** Changes a key. Added scopes are refused: a key with more rights needs a new secret. */
  change(keyId: string, change: KeyChange, origin: Origin): IdentityOutcome<KeyView> {
    return this.#tables.transaction(() => {
      const before = this.find(keyId);
      if (before === null) return { ok: false, reason: "key_not_found" };
      const after = { ...before, ...change };
      const widened = after.scopes.some((scope) => !before.scopes.includes(scope));
      if (widened || after.scopes.length === 0) return { ok: false, reason: "scopes_widened" };
      const vault = this.#profile.vault();
      this.#tables.write(
        "UPDATE api_key SET name = ?, scopes = ?, allowed_ips = ?, expires_at = ?, ended_at = NULL WHERE key_id = ?",
        vault.encrypt(after.name),
        inOrder(after.scopes).join(" "),
        vault.encrypt(after.allowedIps.join(" ")),
        after.expiresAt,
        keyId,
      );
      this.#ports.record("key_changed", { keyId, changed: Object.keys(change) }, origin);
      // Its open sockets were authorized by the earlier settings.
      if (Object.keys(change).some((field) => field !== "name")) this.#ports.ended(keyId);
      // A wider address range or a later expiry extends what the secret can do.
      if (change.allowedIps !== undefined || change.expiresAt !== undefined) this.#ports.email("key_widened", after);
      this.#ports.wake();
      return { ok: true, value: this.find(keyId) ?? before };
    });
  }

  /** Ends a key. False when there is none. */
  revoke(keyId: string, origin?: Origin): boolean {
    return this.#tables.transaction(() => {
      if (this.#row(keyId) === undefined) return false;
      this.#tables.write("DELETE FROM api_key WHERE key_id = ?", keyId);
      this.#ports.record("key_revoked", { keyId }, origin);
      this.#ports.ended(keyId);
      return true;
    });
  }

  /** Ends every key of an account, or all keys when no account is given. Returns those. */
  revokeAll(accountId?: AccountId, origin?: Origin): KeyView[] {
    return this.list().filter((key) => {
      return (accountId === undefined || key.accountId === accountId) && this.revoke(key.keyId, origin);
    });
  }

  /** When the next key expires whose sockets are still open. */
  dueAt(): number | null {
    const due = this.#tables.row("SELECT min(expires_at) AS at FROM api_key WHERE ended_at IS NULL")?.["at"];
    return typeof due === "number" ? due : null;
  }

  /** Closes the sockets of expired keys. The keys stay in the list: their expiry may be extended. */
  run(now: number): void {
    const over = this.#tables.rows("SELECT key_id FROM api_key WHERE ended_at IS NULL AND expires_at <= ?", now);
    for (const { key_id: keyId } of over) {
      this.#tables.write("UPDATE api_key SET ended_at = ? WHERE key_id = ?", now, String(keyId));
      this.#ports.ended(String(keyId));
    }
  }

  /**
   * Whether a key has a role of its user: on a shared account neither `admin` nor `auditor`, and `admin` only with the
   * scope `trade`.
   */
  #hasRole(role: Role, { accountId, scopes }: KeyView): boolean {
    if (role === "admin") return this.#profile.owns(accountId) && scopes.includes("trade");
    return role !== "auditor" || this.#profile.owns(accountId);
  }

  #mostScopes(login: Principal, accountId: AccountId): readonly Scope[] {
    if (this.#profile.owns(accountId)) return SCOPES.filter((scope) => hasScope(login, scope));
    return this.#ports.sharedScopes(accountId);
  }

  #row(keyId: string): Record<string, unknown> | undefined {
    return this.#tables.row("SELECT * FROM api_key WHERE key_id = ?", keyId);
  }

  #ownAccount(): string {
    const login = this.#profile.login();
    if (login === null) throw new Error("a key without a login");
    return login.accountId;
  }

  #view(row: Record<string, unknown>): KeyView {
    const vault = this.#profile.vault();
    const decrypted = (value: unknown): string => (typeof value === "string" ? vault.decrypt(value) : "");
    const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null);
    return {
      keyId: String(row["key_id"]),
      name: decrypted(row["name"]),
      // Keys of earlier releases have no account: they are for the login's own.
      accountId: typeof row["account_id"] === "string" ? row["account_id"] : this.#ownAccount(),
      scopes: SCOPES.filter((scope) => String(row["scopes"]).split(" ").includes(scope)),
      allowedIps: decrypted(row["allowed_ips"])
        .split(" ")
        .filter((range) => range !== ""),
      expiresAt: numberOrNull(row["expires_at"]),
      createdAt: Number(row["created_at"]),
      lastUsedAt: numberOrNull(row["last_used_at"]),
      lastUsedIp: decrypted(row["last_used_ip"]) || null,
    };
  }
}

export interface CreatedKey {
  readonly keyId: string;
  readonly secret: string;
  readonly key: KeyView;
}

const inOrder = (scopes: readonly Scope[]): Scope[] => SCOPES.filter((scope) => scopes.includes(scope));
