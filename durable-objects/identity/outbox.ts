import { DurableObject } from "cloudflare:workers";
import type { Mail, OutboxMail, OutboxRpc } from "../../protocol/mail.ts";

/** More than a developer reads. */
const KEPT_MAX = 500;

/** Mail of an exchange that has no post: kept in the open, so only where every person is a made-up one (MAILER). */
export class Outbox extends DurableObject<CoreEnv> implements OutboxRpc {
  async put({ to, subject, text }: Mail): Promise<void> {
    const { sql } = this.ctx.storage;
    this.#ensureTable();
    sql.exec("INSERT INTO mail (at, recipient, subject, body) VALUES (?, ?, ?, ?)", Date.now(), to, subject, text);
    sql.exec("DELETE FROM mail WHERE id <= (SELECT max(id) FROM mail) - ?", KEPT_MAX);
  }

  async list(): Promise<OutboxMail[]> {
    this.#ensureTable();
    return Array.from(this.ctx.storage.sql.exec("SELECT * FROM mail ORDER BY id DESC"), (row) => ({
      id: Number(row["id"]),
      at: Number(row["at"]),
      to: String(row["recipient"]),
      subject: String(row["subject"]),
      text: String(row["body"]),
    }));
  }

  #ensureTable(): void {
    this.ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS mail (id INTEGER PRIMARY KEY, at INTEGER, recipient TEXT, subject TEXT, body TEXT)",
    );
  }
}
