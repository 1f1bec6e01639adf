/**
 * E-mails to the user of a login: queued in the transaction that they report, sent by the alarm until the mailer
 * accepts them.
 */
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { detailOf } from "../../../protocol/http/apiFault.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import { type EmailFacts, type EmailKind, writeEmail } from "./emailTexts.ts";
import type { Mailer } from "./mailer.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

const FIRST_RETRY_MS = 2_000;
const RETRY_MAX_MS = 15 * 60_000;
/** An e-mail that could not be sent for so long is dropped: its code has expired. */
const GIVE_UP_MS = 24 * 60 * 60_000;

export class Emails implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #mailer: () => Mailer;
  readonly #url: string;
  readonly #now: () => number;
  readonly #wake: () => void;

  /** `url` is the exchange's public URL; `wake` sets the alarm for the next e-mail. */
  constructor(
    tables: Tables,
    profile: Profile,
    mailer: () => Mailer,
    url: string,
    now: () => number,
    wake: () => void,
  ) {
    this.#tables = tables;
    this.#profile = profile;
    this.#mailer = mailer;
    this.#url = url;
    this.#now = now;
    this.#wake = wake;
  }

  /** Queues an email to the user; a guest has no mailbox. Throws when there is no login. */
  queue<K extends EmailKind>(kind: K, facts: EmailFacts[K]): void {
    if (this.#profile.isGuest()) return;
    const mail = JSON.stringify(writeEmail(kind, facts, this.#url));
    const now = this.#now();
    this.#tables.write(
      "INSERT INTO letter (kind, mail, posted_at, due_at, tries) VALUES (?, ?, ?, ?, 0)",
      kind,
      this.#profile.vault().encrypt(mail),
      now,
      now,
    );
    this.#wake();
  }

  dueAt(): number | null {
    const due = this.#tables.row("SELECT min(due_at) AS due FROM letter")?.["due"];
    return typeof due === "number" ? due : null;
  }

  async run(now: number): Promise<void> {
    for (const row of this.#tables.rows("SELECT * FROM letter WHERE due_at <= ? ORDER BY id", now)) {
      const [id, tries] = [Number(row["id"]), Number(row["tries"])];
      try {
        const { subject, text } = JSON.parse(this.#profile.vault().decrypt(String(row["mail"]))) as EmailContent;
        await this.#mailer().send({ to: this.#profile.email(), subject, text });
        this.#drop(id);
      } catch (error) {
        const givenUp = now - Number(row["posted_at"]) > GIVE_UP_MS;
        logEvent("identity", givenUp ? "email.given_up" : "email.failed", {
          kind: row["kind"],
          attempts: tries + 1,
          detail: detailOf(error),
        });
        if (givenUp) this.#drop(id);
        else this.#postpone(id, tries, now);
      }
    }
  }

  #drop(id: number): void {
    // While it was being sent the login may have been erased.
    if (this.#tables.exist) this.#tables.write("DELETE FROM letter WHERE id = ?", id);
  }

  #postpone(id: number, tries: number, now: number): void {
    if (!this.#tables.exist) return;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** tries, RETRY_MAX_MS);
    this.#tables.write("UPDATE letter SET tries = ?, due_at = ? WHERE id = ?", tries + 1, now + wait, id);
  }
}

interface EmailContent {
  readonly subject: string;
  readonly text: string;
}
