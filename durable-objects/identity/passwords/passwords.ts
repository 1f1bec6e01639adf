/** The password of a login: sign-in, change, and reset by an e-mailed code. */
import { type LoginRoute, firstAccountOf } from "../../../domain/ids.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import type { KeyView } from "../../../protocol/rpc/identity/apiKeys.ts";
import type {
  Derivation,
  DerivedKey,
  NewUser,
  ResetKeys,
  PasswordOwner,
} from "../../../protocol/rpc/identity/passwords.ts";
import type { SessionStart, SignedIn } from "../../../protocol/rpc/identity/sessions.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import { normaliseEmail } from "../../../protocol/ids/loginRoute.ts";
import { newCode } from "../../../protocol/ids/emailCode.ts";
import { newUserId, regionOfRoute } from "../../../protocol/ids/residency.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { sha256 } from "../digest.ts";
import type { Attempts } from "./attempts.ts";
import type { Emails } from "../email/emails.ts";
import { isStoredKey, decoyDerivation, readStored, type StoredPassword, storedText } from "./password.ts";
import type { Profile } from "../profile.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Tables } from "../tables.ts";

export interface PasswordPorts {
  /** The name of the login's object. */
  readonly route: LoginRoute;
  /** A secret of the deployment, from which decoy derivations are computed. */
  readonly secret: string;
  now(): number;
  /** A session, or a challenge for the second factor. */
  begin(start: SessionStart): SignedIn;
  /** The API keys of the login. */
  keys(): readonly KeyView[];
  /** Ends the API keys; returns them. */
  endKeys(origin: Origin): readonly KeyView[];
  /** The other credentials of the login, as text. */
  otherCredentials(): readonly string[];
  /** Ends all sessions of the login but one. */
  endSessions(why: string, exceptId?: string): unknown;
}

/** The lifetime of an invitation; after it the user can reset the password instead. */
export const INVITATION_MS = 7 * 86_400_000;

const WRONG = { ok: false, reason: "bad_credentials" } as const;

export class Passwords {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #attempts: Attempts;
  readonly #emails: Emails;
  readonly #log: SecurityLog;
  readonly #ports: PasswordPorts;

  constructor(
    tables: Tables,
    profile: Profile,
    attempts: Attempts,
    emails: Emails,
    log: SecurityLog,
    ports: PasswordPorts,
  ) {
    this.#tables = tables;
    this.#profile = profile;
    this.#attempts = attempts;
    this.#emails = emails;
    this.#log = log;
    this.#ports = ports;
  }

  /** How to derive this login's key; a decoy when nobody can sign in here. */
  challenge(): Derivation {
    const made = decoyDerivation(this.#ports.route, this.#ports.secret);
    const { cost, blockSize, parallelism, salt } = this.#usable() ?? made;
    return { cost, blockSize, parallelism, salt };
  }

  /**
   * Signs in. A refusal has the same effects as for an unknown login. Failures are counted before the key is derived,
   * for known and unknown e-mails alike (throttle.ts).
   */
  signIn(key: Uint8Array, origin: Origin, client?: Client): IdentityOutcome<{ signedIn: SignedIn; outdated: boolean }> {
    const stored = this.#usable();
    if (!isStoredKey(key, stored)) return WRONG;
    const start: SessionStart = {
      kind: "person",
      proofs: ["password"],
      steppedUp: true,
      origin,
      ...(client === undefined ? {} : { client }),
    };
    return { ok: true, value: { signedIn: this.#ports.begin(start), outdated: stored?.outdated ?? false } };
  }

  /** Stores the same password in another derivation. */
  renew(key: Uint8Array, renewed: DerivedKey): void {
    if (isStoredKey(key, this.#usable())) this.#profile.setPassword(storedText(renewed));
  }

  /**
   * Records how many attempts failed before this sign-in. They are counted outside the login (throttle.ts), so that
   * nobody can see whether it exists; a request that was cut off counts as failed, too.
   */
  recordFailedAttempts(count: number): void {
    if (this.#profile.principal() !== null) this.#log.record("failed_tries", { count });
  }

  /** What a signed-in user's password is checked with; refused while failures of the session make it wait. */
  own(sessionId = ""): IdentityOutcome<PasswordOwner & { derivation: Derivation }> {
    if (this.#profile.principal() === null) return WRONG;
    const retryAfterMs = this.#attempts.waitMs(`password/${sessionId}`);
    if (retryAfterMs > 0) return { ok: false, reason: "rate_limited", retryAfterMs };
    return {
      ok: true,
      value: { email: this.#profile.email(), name: this.#profile.name(), derivation: this.challenge() },
    };
  }

  /** Whether a signed-in user has proved the password again. Counts failures. */
  prove(key: Uint8Array, sessionId: string): IdentityOutcome<null> {
    // Concurrent attempts were all derived before the first failure was counted.
    const retryAfterMs = this.#attempts.waitMs(`password/${sessionId}`);
    if (retryAfterMs > 0) return { ok: false, reason: "rate_limited", retryAfterMs };
    if (!isStoredKey(key, this.#usable())) {
      if (this.#tables.exist) this.#attempts.failed(`password/${sessionId}`);
      return WRONG;
    }
    this.#attempts.succeeded(`password/${sessionId}`);
    return { ok: true, value: null };
  }

  /** Changes the password, with the present one as proof, and ends every session but the one that asks. */
  change(current: Uint8Array, next: DerivedKey, exceptSession: string, origin: Origin): IdentityOutcome<null> {
    const proved = this.prove(current, exceptSession);
    if (!proved.ok) return proved;
    this.#tables.transaction(() => this.#set(next, origin, "password", [], exceptSession));
    return proved;
  }

  /**
   * Within a transaction: sets the password for a reader of the login's e-mail, and ends every session. API keys end
   * too, unless they are to be kept: whoever knew the earlier password may have created them.
   */
  reset(password: DerivedKey, keepKeys: boolean, origin: Origin): ResetKeys {
    const ended = keepKeys ? [] : this.#ports.endKeys(origin);
    this.#set(password, origin, "code", ended);
    return { ended, kept: this.#ports.keys() };
  }

  /** Within a transaction: sets the password, notifies the user, and ends every session but `exceptSession`. */
  #set(
    password: DerivedKey,
    origin: Origin,
    by: "password" | "code",
    endedKeys: readonly KeyView[],
    exceptSession?: string,
  ): void {
    this.#profile.setPassword(storedText(password));
    this.#attempts.passwordSet();
    this.#log.record("password_changed", {}, origin);
    const [keys, ways] = [this.#ports.keys(), this.#ports.otherCredentials()];
    this.#emails.queue("password_changed", { by, endedKeys, keys, ways });
    this.#ports.endSessions("password_changed", exceptSession);
  }

  /** Creates a verified login at once, as an administrator does. Pending sign-ups are dropped. */
  create(user: NewUser): IdentityOutcome<Principal> {
    const { roles, plan } = user;
    const region = regionOfRoute(this.#ports.route);
    const now = this.#ports.now();
    const passwordHash = user.password === null ? null : storedText(user.password);
    return this.#tables.transaction(() => {
      const before = this.#profile.login();
      if (before !== null && before.verifiedAt !== null) {
        // The request is repeated because its response was lost.
        const again = user.invitation !== undefined && this.#profile.invitation() === user.invitation;
        if (again) return { ok: true, value: { userId: before.userId, accountId: before.accountId, roles, plan } };
        return { ok: false, reason: "email_taken" };
      }
      if (before !== null) this.#profile.remove();
      const userId = newUserId(region);
      const accountId = firstAccountOf(userId);
      const email = normaliseEmail(user.email);
      const login = { email, userId, accountId, roles, plan, region, passwordHash, verifiedAt: now };
      this.#profile.create(login, now);
      if (user.invitation !== undefined) this.#invite(user.invitation, now);
      return { ok: true, value: { userId, accountId, roles, plan } };
    });
  }

  /** E-mails the user a code that sets the first password. */
  #invite(invitation: string, now: number): void {
    this.#profile.setInvitation(invitation);
    const code = newCode(this.#ports.route);
    const kept = "INSERT INTO reset_code (code_sha256, created_at, expires_at) VALUES (?, ?, ?)";
    this.#tables.write(kept, sha256(code), now, now + INVITATION_MS);
    this.#emails.queue("invited", { code });
  }

  /** The stored password of a usable login; null when there is none. */
  #usable(): StoredPassword | null {
    const hash = this.#profile.login()?.passwordHash ?? null;
    return hash === null || this.#profile.principal() === null ? null : readStored(hash);
  }
}
