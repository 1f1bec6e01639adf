/** The parts of one login that have to do with its password, over a SQLite of their own: no object around them. */
import { createHash, scryptSync } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { Attempts } from "../durable-objects/identity/passwords/attempts.ts";
import { ApiKeys } from "../durable-objects/identity/access/apiKeys.ts";
import { Notifications } from "../durable-objects/identity/email/notifications.ts";
import { BackgroundTasks } from "../durable-objects/identity/backgroundTasks.ts";
import { Emails } from "../durable-objects/identity/email/emails.ts";
import { Passwords } from "../durable-objects/identity/passwords/passwords.ts";
import { Profile } from "../durable-objects/identity/profile.ts";
import { KnownDevices } from "../durable-objects/identity/sessions/knownDevices.ts";
import { Revocations } from "../durable-objects/identity/sessions/revocations.ts";
import { SecurityLog } from "../durable-objects/identity/sessions/securityLog.ts";
import { Sessions } from "../durable-objects/identity/sessions/sessions.ts";
import { SignUps } from "../durable-objects/identity/passwords/signUps.ts";
import { Tables } from "../durable-objects/identity/tables.ts";
import { readKeyEncryptionKeys } from "../durable-objects/vault/vault.ts";
import { CURRENT, type Derivation, type DerivedKey } from "../protocol/rpc/identity/passwords.ts";
import type { Email } from "../protocol/rpc/devMailbox.ts";
import { storage } from "./objectStorage.ts";

const SECRET = JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } });
export const ORIGIN = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };

export interface World {
  now: number;
  /** Mail that was handed over, the oldest first. */
  readonly mails: Email[];
  /** Mail is refused while this is true. */
  mailDown: boolean;
  /** When the object wants to wake; null: it does not. */
  alarmAt: number | null;
}

export function newWorld(): World {
  return { now: 1_760_000_000_000, mails: [], mailDown: false, alarmAt: null };
}

export type LoginParts = ReturnType<typeof loginParts>;

/** The parts of the login with this route. */
export function loginParts(world: World, route: string, db = new DatabaseSync(":memory:")) {
  const now = () => world.now;
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => readKeyEncryptionKeys(SECRET));
  const tasks = new BackgroundTasks(
    {
      armBy: (at) => (world.alarmAt = Math.min(world.alarmAt ?? at, at)),
      fired: () => (world.alarmAt = null),
    },
    now,
  );
  const wake = () => tasks.arm();
  const mailer = () => ({
    send: async (mail: Email) => {
      if (world.mailDown) throw new Error("no post today");
      world.mails.push(mail);
    },
  });
  const attempts = new Attempts(tables, now);
  const emails = new Emails(tables, profile, mailer, "https://exchange.test", now, wake);
  const log = new SecurityLog(tables, profile, now);
  const revocations = new Revocations(tables, {
    now,
    notify: async () => ({ keep: false }),
    wake: () => {},
    failed: () => {},
  });
  const devices = new KnownDevices(tables, profile, now);
  const sessions = new Sessions(tables, profile, log, revocations, devices, {
    route,
    now,
    wake,
    alert: () => {},
    newDevice: (origin) => emails.queue("new_device", { origin, at: world.now }),
  });
  const notices = new Notifications(tables, emails, log, now);
  const keys = new ApiKeys(route, tables, profile, {
    now,
    wake,
    record: log.record.bind(log),
    sharedScopes: () => [],
    ended: () => {},
    verified: () => {},
    email: (what, key) => emails.queue(what, { key }),
  });
  const passwords = new Passwords(tables, profile, attempts, emails, log, {
    route,
    secret: SECRET,
    now,
    begin: (start) => ({ kind: "session", grant: sessions.start(start) }),
    endSessions: (why, exceptId) => sessions.endAll(why, exceptId),
    keys: () => keys.list(),
    endKeys: (origin) => keys.revokeAll(undefined, origin),
    otherCredentials: () => notices.otherCredentials(),
  });
  const signUps = new SignUps(tables, profile, passwords, emails, log, devices, { route, now, wake });
  tasks.add(emails);
  tasks.add(signUps);
  return { db, tables, profile, tasks, attempts, emails, log, sessions, devices, notices, keys, passwords, signUps };
}

/** The key of a password as the gateway would derive it, without the work: what is stored does not depend on it. */
export function keyOf(password: string, { salt }: Pick<Derivation, "salt">): Uint8Array {
  return new Uint8Array(createHash("sha256").update(password).update(salt).digest());
}

/** A password to be kept, with a salt of its own. */
export function derived(password: string, how: Omit<Derivation, "salt"> = CURRENT): DerivedKey {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { ...how, salt, key: keyOf(password, { salt }) };
}

/** The same by scrypt itself. */
export function scryptKey(password: string, { cost, blockSize, parallelism, salt }: Derivation): Uint8Array {
  const options = { N: 2 ** cost, r: blockSize, p: parallelism, maxmem: 64 * 1024 * 1024 };
  return new Uint8Array(scryptSync(password.normalize("NFKC"), salt, 32, options));
}

/** Everything in the database, as text. */
export function dump(db: DatabaseSync): string {
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return JSON.stringify(names.map(({ name }) => db.prepare(`SELECT * FROM ${String(name)}`).all()));
}

/** The code in a mail. */
export function codeIn(mail: Email | undefined): string {
  const code = /[A-Z2-7]{52}/.exec(mail?.text ?? "")?.[0];
  if (code === undefined) throw new Error("no code in the mail");
  return code;
}
