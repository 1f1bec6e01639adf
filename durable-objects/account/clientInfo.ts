/**
 * The personal data of an account: from which address and with which program its orders came. It is sealed before
 * anything is decided, so journal, snapshots, mail and the audit trail only ever have the sealed form, and whoever
 * destroys this one key has erased it in all of them. The key is a row outside the journal, because a journal is for ever.
 */
import { keepNewest } from "../../domain/keepNewest.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { ClientInfo } from "../../protocol/rpc/accountPrivacy.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { type KeyEncryptionKeys, rewrap, Vault } from "../vault/vault.ts";

/** How long the same origin has the same sealed form: it saves most of the sealing, and inside one account links nothing. */
const CACHE_MS = 5 * 60_000;
const CACHE_MAX = 32;

const NO_CLIENT_INFO: ClientInfo = { ip: "", userAgent: "" };

export class ClientInfoCipher {
  readonly #sql: Pick<SqlStorage, "exec">;
  readonly #keyEncryptionKeys: () => KeyEncryptionKeys;
  readonly #now: () => number;
  readonly #cache = new Map<string, ClientInfo & { readonly until: number }>();
  #vault: Vault | null = null;
  /** Kept here, because every order asks. */
  #erased: boolean;

  constructor(sql: Pick<SqlStorage, "exec">, masters: () => KeyEncryptionKeys, now: () => number) {
    this.#sql = sql;
    this.#keyEncryptionKeys = masters;
    this.#now = now;
    // `wrapped` is empty once the account has been erased: no key is made for it again.
    sql.exec("CREATE TABLE IF NOT EXISTS vault (id INTEGER PRIMARY KEY CHECK (id = 1), wrapped TEXT NOT NULL)");
    this.#erased = this.#wrapped() === "";
  }

  /** True when the key was destroyed. */
  get erased(): boolean {
    return this.#erased;
  }

  /** The origin as it may be kept; of an erased account only the request's id. What is empty stays empty. */
  encrypt({ requestId, ip, userAgent }: Origin): Origin {
    if (ip === "" && userAgent === "") return { requestId, ...NO_CLIENT_INFO };
    const key = `${ip}\n${userAgent}`;
    const now = this.#now();
    const known = this.#cache.get(key);
    if (known !== undefined && known.until > now) return { requestId, ip: known.ip, userAgent: known.userAgent };
    const vault = this.#open();
    if (vault === null) return { requestId, ...NO_CLIENT_INFO };
    const seal = (text: string) => (text === "" ? "" : vault.encrypt(text));
    const clientInfo = { ip: seal(ip), userAgent: seal(userAgent) };
    keepNewest(this.#cache, key, { ...clientInfo, until: now + CACHE_MS }, CACHE_MAX);
    return { requestId, ...clientInfo };
  }

  /** What was sealed. Text of a release that did not seal is given as it is; null: the key is gone, or never sealed this. */
  decrypt(clientInfo: ClientInfo): ClientInfo | null {
    const sealed = [clientInfo.ip, clientInfo.userAgent].some((text) => Vault.isEncrypted(text));
    if (!sealed) return { ip: clientInfo.ip, userAgent: clientInfo.userAgent };
    if ((this.#wrapped() ?? "") === "") return null;
    const vault = this.#open();
    if (vault === null) return null;
    const open = (text: string) => (Vault.isEncrypted(text) ? vault.decrypt(text) : text);
    try {
      return { ip: open(clientInfo.ip), userAgent: open(clientInfo.userAgent) };
    } catch {
      return null;
    }
  }

  /** Moves the key to the current master key. Makes none. */
  touch(): void {
    if ((this.#wrapped() ?? "") !== "") this.#open();
  }

  /** Destroys the key. Call it as often as you like. */
  erase(): void {
    const wrapped = this.#wrapped();
    // A row of the same length is written over in its place; only then is it made short.
    if (wrapped !== null) this.#sql.exec("UPDATE vault SET wrapped = ?", "0".repeat(wrapped.length));
    this.#sql.exec("INSERT INTO vault (id, wrapped) VALUES (1, '') ON CONFLICT (id) DO UPDATE SET wrapped = ''");
    this.#vault = null;
    this.#cache.clear();
    this.#erased = true;
  }

  /** The vault, made when there is none; null when it was erased. */
  #open(): Vault | null {
    if (this.#vault !== null) return this.#vault;
    const wrapped = this.#wrapped();
    if (wrapped === "") return null;
    if (wrapped === null) {
      const made = Vault.create(this.#keyEncryptionKeys());
      this.#sql.exec("INSERT INTO vault (id, wrapped) VALUES (1, ?)", made.wrapped);
      return (this.#vault = made.vault);
    }
    // The first use after the master key was changed is what moves the account to the new one.
    const anew = rewrap(this.#keyEncryptionKeys(), wrapped);
    if (anew !== null) this.#sql.exec("UPDATE vault SET wrapped = ?", anew);
    return (this.#vault = Vault.unwrap(this.#keyEncryptionKeys(), anew ?? wrapped));
  }

  #wrapped(): string | null {
    const [row] = this.#sql.exec("SELECT wrapped FROM vault");
    return row === undefined ? null : String(row["wrapped"]);
  }
}

/**
 * What decides a request of whoever may use the account. Of one that was erased nobody may, though a gateway remembers its
 * keys for some seconds: nobody could cancel that order, or take that money out again.
 */
export function unlessErased<Asked extends readonly unknown[], Entry, T>(
  origins: Pick<ClientInfoCipher, "erased">,
  decide: (...asked: Asked) => { readonly entries: readonly Entry[]; readonly outcome: Outcome<T> },
): typeof decide {
  return (...asked) =>
    origins.erased ? { entries: [], outcome: { ok: false, refusal: { reason: "account_closed" } } } : decide(...asked);
}
