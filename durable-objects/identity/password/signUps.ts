/** What goes by mail before anybody is signed in: sign-ups that wait for their code, and codes for a new password. */
import type { Principal, Region } from "../../../protocol/access.ts";
import { newCode } from "../../../protocol/mailCode.ts";
import type { Derivation, DerivedKey, SignUp } from "../../../protocol/identity/passwordRpc.ts";
import type { IdentityOutcome } from "../../../protocol/identityRpc.ts";
import { normaliseEmail } from "../../../protocol/keys.ts";
import { REGIONS } from "../../../protocol/access.ts";
import { newAccountId, regionOfRoute } from "../../../protocol/residency.ts";
import type { Origin } from "../../../protocol/rpc.ts";
import type { Chore } from "../chores.ts";
import { Consents } from "../privacy/consents.ts";
import { sha256 } from "../digest.ts";
import type { Letters } from "../mail/letters.ts";
import { isStoredKey, readStored, storedText } from "./password.ts";
import type { Passwords } from "./passwords.ts";
import type { Profile } from "../profile.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Tables } from "../tables.ts";

export const SIGN_UP_MS = 24 * 60 * 60_000;
export const RESET_MS = 30 * 60_000;
/** Anybody can ask for these letters in another's name: no more of them than a person could need. */
const MAIL_WINDOW_MS = 60 * 60_000;
const MAILS_MAX = 5;

/** Wrong passwords that a code of a sign-up stands. */
export const CODE_TRIES_MAX = 5;

const UNPROVED = { ok: false, reason: "verification_failed" } as const;
const INVALID = { ok: false, reason: "code_invalid" } as const;

export interface SignUpPorts {
  /** The name of the login's object. */
  readonly route: string;
  now(): number;
  /** Has the object woken for what is due. */
  wake(): void;
}

export class SignUps implements Chore {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #passwords: Passwords;
  readonly #letters: Letters;
  readonly #log: SecurityLog;
  readonly #ports: SignUpPorts;

  constructor(
    tables: Tables,
    profile: Profile,
    passwords: Passwords,
    letters: Letters,
    log: SecurityLog,
    ports: SignUpPorts,
  ) {
    this.#tables = tables;
    this.#profile = profile;
    this.#passwords = passwords;
    this.#letters = letters;
    this.#log = log;
    this.#ports = ports;
  }

  /** Sends a code to a new address, and a note to one that has a login. Each sign-up has its own password and code. */
  signUp({ email, password, terms }: SignUp): void {
    const region = regionOfRoute(this.#ports.route);
    const now = this.#ports.now();
    this.#tables.transaction(() => {
      if (this.#profile.login() === null) {
        const userId = newAccountId(region);
        const nobody = { roles: ["trader"], plan: "standard", passwordHash: null, verifiedAt: null } as const;
        this.#profile.create({ ...nobody, email: normaliseEmail(email), region, userId, accountId: userId }, now);
      }
      if (!this.#mayMail(now)) return;
      if (this.#verified()) return this.#letters.post("already_registered", {});
      const code = newCode(this.#ports.route);
      this.#tables.write(
        "INSERT INTO sign_up (code_sha256, password_hash, region, created_at, terms) VALUES (?, ?, ?, ?, ?)",
        sha256(code),
        storedText(password),
        region,
        now,
        terms ?? null,
      );
      this.#letters.post("verify", { code });
    });
    this.#ports.wake();
  }

  /** How the password of the sign-up with this code was derived. */
  challenge(code: string): IdentityOutcome<Derivation> {
    const found = this.#waiting(code);
    if (found === undefined) return UNPROVED;
    const { cost, blockSize, parallelism, salt } = readStored(String(found["password_hash"]));
    return { ok: true, value: { cost, blockSize, parallelism, salt } };
  }

  /**
   * Whose sign-up this code and its password complete; null: nobody's. The code shows who reads the mail, the password
   * who signed up: one without the other would let either in with what the other knows. Counts wrong passwords.
   */
  emailOf(code: string, key: Uint8Array): string | null {
    return this.#proved(code, key) === null ? null : this.#profile.email();
  }

  /** Makes the sign-up with this code and this password the login. */
  verify(code: string, key: Uint8Array, origin: Origin): IdentityOutcome<Principal> {
    const now = this.#ports.now();
    const found = this.#proved(code, key);
    if (found === null) return UNPROVED;
    this.#tables.transaction(() => {
      this.#profile.verify(String(found["password_hash"]), regionOf(found["region"]), now);
      this.#tables.write("DELETE FROM sign_up");
      this.#log.record("email_verified", {}, origin);
      // What was agreed to at another sign-up, perhaps in another's name, is not agreed to by this one.
      const { terms } = found;
      const consents = new Consents(this.#tables, this.#profile, () => now);
      if (typeof terms === "string") consents.record({ terms }, origin);
    });
    const principal = this.#profile.principal();
    return principal === null ? UNPROVED : { ok: true, value: principal };
  }

  /** Sends a code that sets a new password, if there is a login. */
  forgot(): void {
    const now = this.#ports.now();
    if (this.#profile.principal() === null || !this.#mayMail(now)) return;
    const code = newCode(this.#ports.route);
    this.#tables.transaction(() => {
      this.#tables.write("INSERT INTO reset_code (code_sha256, created_at) VALUES (?, ?)", sha256(code), now);
      this.#letters.post("reset", { code });
    });
  }

  /** Whose password this code sets. */
  resetOf(code: string): IdentityOutcome<{ email: string }> {
    const found = this.#tables.row(
      "SELECT 1 FROM reset_code WHERE code_sha256 = ? AND created_at > ?",
      sha256(code),
      this.#ports.now() - RESET_MS,
    );
    if (found === undefined || this.#profile.principal() === null) return INVALID;
    return { ok: true, value: { email: this.#profile.email() } };
  }

  /** Sets the password and ends every session; the code, and every other, is used up. */
  reset(code: string, password: DerivedKey, origin: Origin): IdentityOutcome<null> {
    const known = this.resetOf(code);
    if (!known.ok) return known;
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM reset_code");
      this.#passwords.set(password, origin);
    });
    return { ok: true, value: null };
  }

  dueAt(): number | null {
    const signUp = this.#tables.row("SELECT min(created_at) AS at FROM sign_up")?.["at"];
    const reset = this.#tables.row("SELECT min(created_at) AS at FROM reset_code")?.["at"];
    const due = [
      ...(typeof signUp === "number" ? [signUp + SIGN_UP_MS] : []),
      ...(typeof reset === "number" ? [reset + RESET_MS] : []),
    ];
    return due.length === 0 ? null : Math.min(...due);
  }

  /** Forgets what is too old; an address whose sign-ups all came to nothing leaves nothing. */
  run(now: number): void {
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM sign_up WHERE created_at <= ?", now - SIGN_UP_MS);
      this.#tables.write("DELETE FROM reset_code WHERE created_at <= ?", now - RESET_MS);
      this.#tables.write("DELETE FROM asked_mail WHERE at <= ?", now - MAIL_WINDOW_MS);
      const waiting = this.#tables.row("SELECT 1 FROM sign_up") !== undefined;
      if (!waiting && this.#profile.login()?.verifiedAt === null) this.#profile.remove();
    });
  }

  /** The sign-up that waits for this code, unless it was tried too often. */
  #waiting(code: string): Record<string, unknown> | undefined {
    if (this.#verified()) return undefined;
    return this.#tables.row(
      "SELECT * FROM sign_up WHERE code_sha256 = ? AND created_at > ? AND tries < ?",
      ...[sha256(code), this.#ports.now() - SIGN_UP_MS, CODE_TRIES_MAX],
    );
  }

  /** The same, if the key is that of its password. */
  #proved(code: string, key: Uint8Array): Record<string, unknown> | null {
    const found = this.#waiting(code);
    if (found === undefined) return null;
    if (isStoredKey(key, readStored(String(found["password_hash"])))) return found;
    this.#tables.write("UPDATE sign_up SET tries = tries + 1 WHERE code_sha256 = ?", sha256(code));
    return null;
  }

  #verified(): boolean {
    return (this.#profile.login()?.verifiedAt ?? null) !== null;
  }

  /** Counts one mail of those that anybody can ask for; false when it is one too many. */
  #mayMail(now: number): boolean {
    this.#tables.write("DELETE FROM asked_mail WHERE at <= ?", now - MAIL_WINDOW_MS);
    if (Number(this.#tables.row("SELECT count(*) AS n FROM asked_mail")?.["n"]) >= MAILS_MAX) return false;
    this.#tables.write("INSERT INTO asked_mail (at) VALUES (?)", now);
    return true;
  }
}

function regionOf(value: unknown): Region {
  return REGIONS.find((region) => region === value) ?? "world";
}
