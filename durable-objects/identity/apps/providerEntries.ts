/**
 * The key-value entries of the provider library for one login (codes, refresh tokens and grants, as hashes), in a
 * table.
 */
import * as z from "zod";
import type { KeyValueStore, PutOptions } from "../../oauthProvider/keyValueStore.ts";
import { sha256 } from "../digest.ts";
import type { Tables } from "../tables.ts";

export class ProviderEntries implements KeyValueStore {
  readonly #tables: Tables;
  readonly #now: () => number;

  constructor(tables: Tables, now: () => number) {
    this.#tables = tables;
    this.#now = now;
  }

  /** The parsed value of a key; null when there is none or it has expired. */
  get(key: string): Promise<unknown> {
    const text = this.text(key);
    return Promise.resolve(text === null ? null : (JSON.parse(text) as unknown));
  }

  text(key: string): string | null {
    const found = this.#tables.row("SELECT value FROM app_entry WHERE key = ? AND expires_at > ?", key, this.#now());
    return found === undefined ? null : String(found["value"]);
  }

  put(key: string, value: string, options: PutOptions = {}): Promise<void> {
    this.write(key, value, options);
    return Promise.resolve();
  }

  write(key: string, value: string, { expirationTtl, expiration, metadata }: PutOptions): void {
    const now = this.#now();
    const end = expiration === undefined ? now + (expirationTtl ?? Infinity) * 1000 : expiration * 1000;
    this.#tables.write("DELETE FROM app_entry WHERE expires_at <= ?", now);
    this.#tables.write(
      "INSERT OR REPLACE INTO app_entry (key, value, metadata, expires_at) VALUES (?, ?, ?, ?)",
      key,
      value,
      metadata === undefined ? null : JSON.stringify(metadata),
      Math.min(end, Number.MAX_SAFE_INTEGER),
    );
  }

  delete(key: string): Promise<void> {
    this.remove(key);
    return Promise.resolve();
  }

  remove(key: string): void {
    if (this.#tables.exist) this.#tables.write("DELETE FROM app_entry WHERE key = ?", key);
  }

  /** The grants of an app whose codes were not exchanged yet. */
  async pendingGrants(clientId: string): Promise<string[]> {
    const { keys } = await this.list({ prefix: "grant:" });
    return keys.filter(({ metadata }) => clientIn(metadata) === clientId).map(({ name }) => grantIn(name));
  }

  /** Whether this is the code of a grant that was not exchanged yet. */
  async isPendingCode(code: string | null): Promise<boolean> {
    const [name, grantId] = (code ?? "").split(":");
    const grant = z.object({ authCodeId: z.string() }).safeParse(await this.get(`grant:${name}:${grantId}`));
    return grant.success && code !== null && grant.data.authCodeId === sha256(code);
  }

  removeGrant(grantId: string): void {
    if (this.#tables.exist) this.#tables.write("DELETE FROM app_entry WHERE key GLOB ?", `grant:*:${grantId}`);
  }

  /** Every key with this prefix, in one page: a login has few. */
  list({ prefix }: { readonly prefix: string }): ReturnType<KeyValueStore["list"]> {
    const rows = this.#tables.rows(
      "SELECT key, metadata FROM app_entry WHERE substr(key, 1, ?) = ? AND expires_at > ?",
      prefix.length,
      prefix,
      this.#now(),
    );
    const keys = rows.map(({ key, metadata }) => ({
      name: String(key),
      metadata: typeof metadata === "string" ? (JSON.parse(metadata) as unknown) : undefined,
    }));
    return Promise.resolve({ keys, list_complete: true });
  }
}

/** The grant in a key of the provider library: `grant:<name>:<id>`. */
export function grantIn(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}

/** The app that the provider library stores with a grant's key. */
function clientIn(metadata: unknown): string | null {
  return z.object({ clientId: z.string() }).safeParse(metadata).data?.clientId ?? null;
}
