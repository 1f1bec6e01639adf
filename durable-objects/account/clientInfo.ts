/**
 * Encrypts the client info of an account's requests: IP address and user agent, which are personal data. They are encrypted
 * before a request is decided, so that journal, snapshots, messages and the audit trail have the encrypted form only, and
 * destroying the account's key erases them everywhere. The key is a row outside the journal, which is never deleted.
 */
import { keepNewest } from "../../domain/keepNewest.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { ClientInfo } from "../../protocol/rpc/accountPrivacy.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { type KeyEncryptionKeys, rewrap, Vault } from "../vault/vault.ts";

/** How long the encrypted form of the same client info is reused. It saves most encryptions and reveals nothing new. */
const CACHE_MS = 5 * 60_000;
const CACHE_MAX = 32;

const NO_CLIENT_INFO: ClientInfo = { ip: "", userAgent: "" };

/** Encrypts and decrypts the client info of one account. */
export class ClientInfoCipher {
  readonly #sql: Pick<SqlStorage, "exec">;
  readonly #keyEncryptionKeys: () => KeyEncryptionKeys;
  readonly #now: () => number;
  readonly #cache = new Map<string, ClientInfo & { readonly until: number }>();
  #vault: Vault | null = null;
  /** Cached, because each order reads it. */
  #erased: boolean;

  constructor(sql: Pick<SqlStorage, "exec">, encryptionKeys: () => KeyEncryptionKeys, now: () => number) {
    this.#sql = sql;
    this.#keyEncryptionKeys = encryptionKeys;
    this.#now = now;
    // `wrapped` is empty once the account was erased: no new key is created for it.
    sql.exec("CREATE TABLE IF NOT EXISTS vault (id INTEGER PRIMARY KEY CHECK (id = 1), wrapped TEXT NOT NULL)");
    this.#erased = this.#wrapped() === "";
  }

  /** True when the key was destroyed. */
  get erased(): boolean {
    return this.#erased;
  }

  /**
   * The origin with encrypted client info; for an erased account with the request id alone. Empty fields stay empty.
   */
  encrypt({ requestId, ip, userAgent }: Origin): Origin {
    if (ip === "" && userAgent === "") return { requestId, ...NO_CLIENT_INFO };
    const key = `${ip}\n${userAgent}`;
    const now = this.#now();
    const known = this.#cache.get(key);
    if (known !== undefined && known.until > now) return { requestId, ip: known.ip, userAgent: known.userAgent };
    const vault = this.#open();
    if (vault === null) return { requestId, ...NO_CLIENT_INFO };
    const encrypt = (text: string) => (text === "" ? "" : vault.encrypt(text));
    const clientInfo = { ip: encrypt(ip), userAgent: encrypt(userAgent) };
    keepNewest(this.#cache, key, { ...clientInfo, until: now + CACHE_MS }, CACHE_MAX);
    return { requestId, ...clientInfo };
  }

  /**
   * Decrypts client info. Plain text of the first releases is returned as it is; null when the key is destroyed or
   * another one.
   */
  decrypt(clientInfo: ClientInfo): ClientInfo | null {
    const isEncrypted = [clientInfo.ip, clientInfo.userAgent].some((text) => Vault.isEncrypted(text));
    if (!isEncrypted) return { ip: clientInfo.ip, userAgent: clientInfo.userAgent };
    if ((this.#wrapped() ?? "") === "") return null;
    const vault = this.#open();
    if (vault === null) return null;
    const decrypt = (text: string) => (Vault.isEncrypted(text) ? vault.decrypt(text) : text);
    try {
      return { ip: decrypt(clientInfo.ip), userAgent: decrypt(clientInfo.userAgent) };
    } catch {
      return null;
    }
  }

  /** Re-encrypts the account's key under the current key-encryption key. Creates no key. */
  touch(): void {
    if ((this.#wrapped() ?? "") !== "") this.#open();
  }

  /** Destroys the key. Idempotent. */
  erase(): void {
    const wrapped = this.#wrapped();
    // Overwrite the key with text of the same length first, so that SQLite replaces it in its page.
    if (wrapped !== null) this.#sql.exec("UPDATE vault SET wrapped = ?", "0".repeat(wrapped.length));
    this.#sql.exec("INSERT INTO vault (id, wrapped) VALUES (1, '') ON CONFLICT (id) DO UPDATE SET wrapped = ''");
    this.#vault = null;
    this.#cache.clear();
    this.#erased = true;
  }

  /** The vault, created on first use; null after the erasure. */
  #open(): Vault | null {
    if (this.#vault !== null) return this.#vault;
    const wrapped = this.#wrapped();
    if (wrapped === "") return null;
    if (wrapped === null) {
      const made = Vault.create(this.#keyEncryptionKeys());
      this.#sql.exec("INSERT INTO vault (id, wrapped) VALUES (1, ?)", made.wrapped);
      return (this.#vault = made.vault);
    }
    // The first use after a rotation re-encrypts the account's key under the new key-encryption key.
    const rewrapped = rewrap(this.#keyEncryptionKeys(), wrapped);
    if (rewrapped !== null) this.#sql.exec("UPDATE vault SET wrapped = ?", rewrapped);
    return (this.#vault = Vault.unwrap(this.#keyEncryptionKeys(), rewrapped ?? wrapped));
  }

  #wrapped(): string | null {
    const [row] = this.#sql.exec("SELECT wrapped FROM vault");
    return row === undefined ? null : String(row["wrapped"]);
  }
}

/**
 * Wraps `decide` so that requests to an erased or closed account are refused. A gateway may cache its credentials for some
 * seconds, and nobody could cancel such an order or withdraw such money.
 */
export function unlessClosed<Entry, T>(
  origins: Pick<ClientInfoCipher, "erased">,
  decide: (
    state: Readonly<AccountState>,
    now: number,
  ) => { readonly entries: readonly Entry[]; readonly outcome: Outcome<T> },
): typeof decide {
  return (state, now) =>
    origins.erased || state.closedAt !== null
      ? { entries: [], outcome: { ok: false, refusal: { reason: "account_closed" } } }
      : decide(state, now);
}
