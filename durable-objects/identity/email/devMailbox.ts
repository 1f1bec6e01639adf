import { DurableObject } from "cloudflare:workers";
import type { Email, StoredEmail, DevMailboxRpc } from "../../../protocol/rpc/devMailbox.ts";
import { readKeyEncryptionKeys, Vault } from "../../vault/vault.ts";

/** E-mails that are kept. */
const KEPT_MAX = 500;

/**
 * Shows e-mails instead of sending them. Anybody may read it, so it is for deployments without real users (MAILER).
 * Each e-mail is encrypted with a key of its own, so that it can be erased with its user.
 */
export class DevMailbox extends DurableObject<CoreEnv> implements DevMailboxRpc {
  async put(mail: Email): Promise<void> {
    const { sql } = this.ctx.storage;
    this.#ensureTable();
    const { vault, wrapped } = Vault.create(readKeyEncryptionKeys(this.env.PII_MASTER_KEYS));
    const encrypted = vault.encrypt(JSON.stringify(mail));
    sql.exec("INSERT INTO sealed_mail (at, vault, mail) VALUES (?, ?, ?)", Date.now(), wrapped, encrypted);
    sql.exec("DELETE FROM sealed_mail WHERE id <= (SELECT max(id) FROM sealed_mail) - ?", KEPT_MAX);
  }

  async list(): Promise<StoredEmail[]> {
    this.#ensureTable();
    const encryptionKeys = readKeyEncryptionKeys(this.env.PII_MASTER_KEYS);
    const rows = [...this.ctx.storage.sql.exec("SELECT * FROM sealed_mail ORDER BY id DESC")];
    return rows.flatMap((row) => {
      // Without its key-encryption key an e-mail cannot be read.
      if (!encryptionKeys.keys.has(String(row["vault"]).split(".", 1)[0] ?? "")) return [];
      const mail = JSON.parse(Vault.unwrap(encryptionKeys, String(row["vault"])).decrypt(String(row["mail"]))) as Email;
      return [{ ...mail, id: Number(row["id"]), at: Number(row["at"]) }];
    });
  }

  async forget(address: string): Promise<void> {
    for (const { id, to } of await this.list()) {
      if (to !== address) continue;
      const { sql } = this.ctx.storage;
      // Overwritten in place first: deleted rows may remain in the file.
      sql.exec("UPDATE sealed_mail SET vault = replace(hex(zeroblob(length(vault))), '00', '0') WHERE id = ?", id);
      sql.exec("DELETE FROM sealed_mail WHERE id = ?", id);
    }
  }

  #ensureTable(): void {
    this.ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS sealed_mail (id INTEGER PRIMARY KEY, at INTEGER, vault TEXT, mail TEXT)",
    );
  }
}
