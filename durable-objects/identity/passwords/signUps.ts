/** Pending sign-ups and password resets: what is e-mailed before anybody is signed in. */
import { type LoginRoute, firstAccountOf } from "../../../domain/ids.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { type Region, REGIONS } from "../../../protocol/ids/region.ts";
import { newCode } from "../../../protocol/ids/emailCode.ts";
import type {
  Derivation,
  DerivedKey,
  ResetKeys,
  SignUp,
  PasswordOwner,
} from "../../../protocol/rpc/identity/passwords.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import { normaliseEmail } from "../../../protocol/ids/loginRoute.ts";
import { newUserId, regionOfRoute } from "../../../protocol/ids/residency.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import { type KnownDevices, NO_CLIENT, UNKNOWN_CLIENTS } from "../sessions/knownDevices.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import { Consents } from "../privacy/consents.ts";
import { sha256 } from "../digest.ts";
import type { Emails } from "../email/emails.ts";
import { isStoredKey, readStored, storedText } from "./password.ts";
import type { Passwords } from "./passwords.ts";
import type { Profile } from "../profile.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Tables } from "../tables.ts";

export const SIGN_UP_MS = 24 * 60 * 60_000;
export const RESET_MS = 30 * 60_000;
/** The longest lifetime of a reset code, however often it is requested again. */
export const RESET_LIFE_MS = 6 * 60 * 60_000;
/** Anybody can request these e-mails for any address: their number in an hour is limited. */
const MAIL_WINDOW_MS = 60 * 60_000;
/** The limit for all unknown clients together, by kind, and for one of their networks. */
const UNKNOWN_CLIENTS_MAX = { reset: 5, sign_up: 10 } as const;
const NETWORK_MAX = 3;
/** The limit for each device and network that the login knows: unknown clients cannot use it up. */
const KNOWN_MAX = 5;

/** Wrong passwords that are accepted for one sign-up code. */
export const CODE_TRIES_MAX = 5;

const UNPROVED = { ok: false, reason: "verification_failed" } as const;
const INVALID = { ok: false, reason: "code_invalid" } as const;

export interface SignUpPorts {
  /** The name of the login's object. */
  readonly route: LoginRoute;
  now(): number;
  /** Sets the alarm. */
  wake(): void;
}

export class SignUps implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #passwords: Passwords;
  readonly #emails: Emails;
  readonly #log: SecurityLog;
  readonly #devices: KnownDevices;
  readonly #ports: SignUpPorts;

  constructor(
    tables: Tables,
    profile: Profile,
    passwords: Passwords,
    emails: Emails,
    log: SecurityLog,
    devices: KnownDevices,
    ports: SignUpPorts,
  ) {
    this.#devices = devices;
    this.#tables = tables;
    this.#profile = profile;
    this.#passwords = passwords;
    this.#emails = emails;
    this.#log = log;
    this.#ports = ports;
  }

  /**
   * E-mails a code to a new address, or a note to an address that has a login. Each sign-up has its own password and
   * code.
   */
  signUp({ email, password, terms }: SignUp, origin?: Origin): void {
    const region = regionOfRoute(this.#ports.route);
    const now = this.#ports.now();
    this.#tables.transaction(() => {
      if (this.#profile.login() === null) {
        const userId = newUserId(region);
        const nobody = { roles: ["trader"], plan: "standard", passwordHash: null, verifiedAt: null } as const;
        const ids = { userId, accountId: firstAccountOf(userId) };
        this.#profile.create({ ...nobody, email: normaliseEmail(email), region, ...ids }, now);
      }
      if (!this.#mayMail({ kind: "sign_up", scope: UNKNOWN_CLIENTS, network: networkOf(origin?.ip ?? "") }, now))
        return;
      if (this.#verified()) return this.#emails.queue("already_registered", {});
      const code = newCode(this.#ports.route);
      this.#tables.write(
        "INSERT INTO sign_up (code_sha256, password_hash, region, created_at, terms) VALUES (?, ?, ?, ?, ?)",
        sha256(code),
        storedText(password),
        region,
        now,
        terms ?? null,
      );
      this.#emails.queue("verify", { code });
    });
    this.#ports.wake();
  }

  /** How to derive the password of the sign-up with this code. */
  challenge(code: string): IdentityOutcome<Derivation> {
    const found = this.#waiting(code);
    if (found === undefined) return UNPROVED;
    const { cost, blockSize, parallelism, salt } = readStored(String(found["password_hash"]));
    return { ok: true, value: { cost, blockSize, parallelism, salt } };
  }

  /**
   * The e-mail of the sign-up that this code and password complete; null: none. The code proves who reads the e-mail,
   * the password who signed up; either alone would let one of them in with the other's sign-up. Counts wrong passwords.
   */
  emailOf(code: string, key: Uint8Array): string | null {
    return this.#proved(code, key) === null ? null : this.#profile.email();
  }

  /** Turns the sign-up with this code and password into the login. */
  verify(code: string, key: Uint8Array, origin: Origin): IdentityOutcome<Principal> {
    const now = this.#ports.now();
    const found = this.#proved(code, key);
    if (found === null) return UNPROVED;
    this.#tables.transaction(() => {
      this.#profile.verify(String(found["password_hash"]), regionOf(found["region"]), now);
      this.#tables.write("DELETE FROM sign_up");
      this.#log.record("email_verified", {}, origin);
      this.#devices.recordLocation(origin);
      // Consents of other sign-ups for this address, perhaps by somebody else, do not count.
      const { terms } = found;
      const consents = new Consents(this.#tables, this.#profile, () => now);
      if (typeof terms === "string") consents.record({ terms }, origin);
    });
    const principal = this.#profile.principal();
    return principal === null ? UNPROVED : { ok: true, value: principal };
  }

  /**
   * E-mails a code that sets a new password, if there is a login. A pending code is extended and sent again, within the
   * limits of whoever asks: requests by unknown clients do not keep the user from having a valid code.
   */
  forgotPassword(origin?: Origin, client: Client = NO_CLIENT): void {
    const now = this.#ports.now();
    if (this.#profile.principal() === null) return;
    const scope = origin === undefined ? UNKNOWN_CLIENTS : this.#devices.scopeOf(origin, client);
    const asked = { kind: "reset", scope, network: networkOf(origin?.ip ?? "") } as const;
    this.#tables.transaction(() => {
      const waiting = this.#tables.row(
        "SELECT code_sha256, code FROM reset_code WHERE code IS NOT NULL AND expires_at > ? AND created_at > ?",
        now,
        now + RESET_MS - RESET_LIFE_MS,
      );
      if (waiting !== undefined) {
        const { code_sha256: digest, code } = waiting;
        this.#tables.write(
          "UPDATE reset_code SET expires_at = ? WHERE code_sha256 = ?",
          now + RESET_MS,
          String(digest),
        );
        if (this.#mayMail(asked, now))
          this.#emails.queue("reset", { code: this.#profile.vault().decrypt(String(code)) });
        return;
      }
      // The last e-mail of the hour is reserved for a new code.
      if (!this.#mayMail({ ...asked, network: "" }, now, 1)) return;
      const code = newCode(this.#ports.route);
      this.#tables.write(
        "INSERT INTO reset_code (code_sha256, created_at, expires_at, code) VALUES (?, ?, ?, ?)",
        sha256(code),
        now,
        now + RESET_MS,
        this.#profile.vault().encrypt(code),
      );
      this.#emails.queue("reset", { code });
    });
    this.#ports.wake();
  }

  /** The user whose password this code sets. */
  resetOwner(code: string): IdentityOutcome<PasswordOwner> {
    const found = this.#tables.row(
      `SELECT 1 FROM reset_code WHERE code_sha256 = ? AND ${RESET_ENDS} > ?`,
      sha256(code),
      RESET_MS,
      this.#ports.now(),
    );
    if (found === undefined || this.#profile.principal() === null) return INVALID;
    return { ok: true, value: { email: this.#profile.email(), name: this.#profile.name() } };
  }

  /**
   * Sets the password and ends every session, and the API keys unless they are to be kept; all reset codes are used up.
   * The login then knows only the device and network that did this: whoever had the earlier password is an unknown
   * client.
   */
  resetPassword(
    code: string,
    password: DerivedKey,
    origin: Origin,
    keepKeys = false,
    client: Client = NO_CLIENT,
  ): IdentityOutcome<ResetKeys> {
    const known = this.resetOwner(code);
    if (!known.ok) return known;
    return this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM reset_code");
      const keys = this.#passwords.reset(password, keepKeys, origin);
      this.#devices.forget(client);
      this.#devices.recordLocation(origin);
      return { ok: true, value: keys };
    });
  }

  dueAt(): number | null {
    const signUp = this.#tables.row("SELECT min(created_at) AS at FROM sign_up")?.["at"];
    const reset = this.#tables.row(`SELECT min(${RESET_ENDS}) AS at FROM reset_code`, RESET_MS)?.["at"];
    const due = [
      ...(typeof signUp === "number" ? [signUp + SIGN_UP_MS] : []),
      ...(typeof reset === "number" ? [reset] : []),
    ];
    return due.length === 0 ? null : Math.min(...due);
  }

  /** Removes what has expired; a login whose sign-ups have all expired is removed. */
  run(now: number): void {
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM sign_up WHERE created_at <= ?", now - SIGN_UP_MS);
      this.#tables.write(`DELETE FROM reset_code WHERE ${RESET_ENDS} <= ?`, RESET_MS, now);
      this.#tables.write("DELETE FROM asked_mail WHERE at <= ?", now - MAIL_WINDOW_MS);
      const waiting = this.#tables.row("SELECT 1 FROM sign_up") !== undefined;
      if (!waiting && this.#profile.login()?.verifiedAt === null) this.#profile.remove();
    });
  }

  /** The pending sign-up with this code, unless too many wrong passwords were tried. */
  #waiting(code: string): Record<string, unknown> | undefined {
    if (this.#verified()) return undefined;
    return this.#tables.row(
      "SELECT * FROM sign_up WHERE code_sha256 = ? AND created_at > ? AND tries < ?",
      sha256(code),
      this.#ports.now() - SIGN_UP_MS,
      CODE_TRIES_MAX,
    );
  }

  /** The same, when the key is that of its password. */
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

  /** Counts an e-mail against the limits; false when there are too many. `more` raises the limit. */
  #mayMail({ kind, scope, network }: AskedMail, now: number, more = 0): boolean {
    this.#tables.write("DELETE FROM asked_mail WHERE at <= ?", now - MAIL_WINDOW_MS);
    const rows = this.#tables.rows("SELECT network FROM asked_mail WHERE kind = ? AND scope = ?", kind, scope);
    const vault = this.#profile.vault();
    const ofNetwork = rows.filter((row) => {
      const encrypted = String(row["network"]);
      return network !== "" && encrypted !== "" && vault.decrypt(encrypted) === network;
    });
    const most =
      (scope === UNKNOWN_CLIENTS ? UNKNOWN_CLIENTS_MAX[kind] : KNOWN_MAX) - (kind === "reset" ? 1 : 0) + more;
    if (rows.length >= most || (scope === UNKNOWN_CLIENTS && ofNetwork.length >= NETWORK_MAX)) return false;
    this.#tables.write(
      "INSERT INTO asked_mail (at, kind, scope, network) VALUES (?, ?, ?, ?)",
      now,
      kind,
      scope,
      network === "" ? "" : vault.encrypt(network),
    );
    return true;
  }
}

/** A request for an e-mail by somebody who has not signed in: its kind, its scope and its network. */
interface AskedMail {
  readonly kind: keyof typeof UNKNOWN_CLIENTS_MAX;
  readonly scope: string;
  readonly network: string;
}

/** When a reset code expires, in SQL; the parameter is the lifetime of codes of earlier releases. */
const RESET_ENDS = "coalesce(expires_at, created_at + ?)";

function regionOf(value: unknown): Region {
  return REGIONS.find((region) => region === value) ?? "world";
}
