/**
 * Signing in with a second factor: whoever has proved the first one gets a challenge, and a session for the right answer to
 * it. A passkey that verifies its user is both factors.
 */
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import type { Factor, MfaAnswer } from "../../../protocol/rpc/identity/mfa.ts";
import type { PasskeyAssertion, PasskeyRequest, Site } from "../../../protocol/wire/passkeys.ts";
import type { SessionGrant, SessionStart, SignedIn } from "../../../protocol/rpc/identity/sessions.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import type { Attempts } from "../passwords/attempts.ts";
import { sha256 } from "../digest.ts";
import type { Emails } from "../email/emails.ts";
import type { PasskeyChallenges } from "./passkeyChallenges.ts";
import type { Passkeys } from "./passkeys.ts";
import type { Profile } from "../profile.ts";
import type { RecoveryCodes } from "./recoveryCodes.ts";
import { type KnownDevices, NO_CLIENT } from "../sessions/knownDevices.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";
import type { Totp } from "./totp.ts";

const CHALLENGE_MS = 5 * 60_000;
const TRIES_MAX = 5;
/** Open challenges of one scope. More replace the oldest of the same scope, and none of another. */
const OPEN_MAX = 10;

const PROOF_OF = { totp: "totp", recovery_code: "recovery", passkey: "passkey" } as const;

const FAILED = { ok: false, reason: "mfa_failed" } as const;

export interface FactorSignInParts {
  readonly totp: Totp;
  readonly recoveryCodes: RecoveryCodes;
  readonly passkeys: Passkeys;
  readonly challenges: PasskeyChallenges;
  readonly sessions: Pick<Sessions, "start">;
  readonly attempts: Attempts;
  readonly devices: KnownDevices;
  readonly log: SecurityLog;
  readonly emails: Pick<Emails, "queue">;
}

/** A sign-in that waits for its second factor. */
export interface PendingSignIn {
  readonly challenge: string;
  readonly methods: readonly Factor[];
  /** For the passkeys of the login; left out when it has none. */
  readonly passkey?: PasskeyRequest;
}

export class FactorSignIn {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #parts: FactorSignInParts;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, parts: FactorSignInParts, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#parts = parts;
    this.#now = now;
  }

  /** Starts a session after a first factor; with a second factor enrolled, a challenge for it. */
  begin(start: SessionStart): SignedIn {
    const { totp, passkeys, sessions } = this.#parts;
    return totp.enrolled || passkeys.enrolled
      ? { kind: "mfa", ...this.#challenge(start) }
      : { kind: "session", grant: sessions.start(start) };
  }

  /** A challenge for a sign-in by passkey alone; nothing of it is stored. */
  passkeyRequest(): PasskeyRequest {
    return { challenge: this.#parts.challenges.mint(), credentials: [] };
  }

  /** Signs in with a passkey that has verified its user. */
  async byPasskey(
    response: PasskeyAssertion,
    site: Site,
    origin: Origin,
    client?: Client,
  ): Promise<IdentityOutcome<SessionGrant>> {
    const right = await this.#parts.passkeys.signIn(response, site);
    if (!right || this.#profile.principal() === null) return FAILED;
    const start: SessionStart = { kind: "person", proofs: ["passkey"], steppedUp: true, origin };
    return { ok: true, value: this.#parts.sessions.start(client === undefined ? start : { ...start, client }) };
  }

  /** Keeps a sign-in until its second factor comes. */
  #challenge(start: SessionStart): PendingSignIn {
    const challenge = newSecret();
    const now = this.#now();
    const scope = this.#parts.devices.scopeOf(start.origin, start.client ?? NO_CLIENT);
    this.#tables.transaction(() => {
      this.#tables.write(
        "INSERT INTO mfa_challenge (sha256, start, expires_at, tries, scope) VALUES (?, ?, ?, 0, ?)",
        sha256(challenge),
        this.#profile.vault().encrypt(JSON.stringify(start)),
        now + CHALLENGE_MS,
        scope,
      );
      this.#tables.write(
        `DELETE FROM mfa_challenge WHERE expires_at <= ? OR (scope = ?
           AND id NOT IN (SELECT id FROM mfa_challenge WHERE scope = ? ORDER BY id DESC LIMIT ?))`,
        now,
        scope,
        scope,
        OPEN_MAX,
      );
    });
    const { totp, recoveryCodes, passkeys } = this.#parts;
    const methods: Factor[] = [];
    if (totp.enrolled) methods.push("totp");
    if (passkeys.enrolled) methods.push("passkey");
    if (recoveryCodes.left > 0) methods.push("recovery_code");
    return {
      challenge,
      methods,
      ...(passkeys.enrolled ? { passkey: passkeys.request(passkeyChallengeOf(challenge)) } : {}),
    };
  }

  /**
   * The session for a right answer to the challenge. While failures make the scope wait, a right answer is refused too.
   */
  async finish(challenge: string, answer: MfaAnswer, client?: Client): Promise<IdentityOutcome<SessionGrant>> {
    const digest = sha256(challenge);
    const open = this.#open(digest);
    if (open === undefined) return FAILED;
    const kind = `mfa/${String(open["scope"])}` as const;
    const retryAfterMs = this.#parts.attempts.waitMs(kind);
    if (retryAfterMs > 0) return { ok: false, reason: "rate_limited", retryAfterMs };
    const { passkeys } = this.#parts;
    const signed =
      answer.kind === "passkey" &&
      (await passkeys.verify(answer.response, (signs) => signs === passkeyChallengeOf(challenge), answer.site));
    return this.#tables.transaction(() => {
      // While the signature was verified the challenge may have been answered, or the login disabled.
      const found = this.#open(digest);
      if (found === undefined || this.#profile.principal() === null) return FAILED;
      const start = JSON.parse(this.#profile.vault().decrypt(String(found["start"]))) as SessionStart;
      if (!(answer.kind === "passkey" ? signed : this.#isRight(answer.kind, answer.code))) {
        this.#parts.attempts.failed(kind);
        this.#failed(digest, Number(found["tries"]) + 1, answer.kind, start);
        return FAILED;
      }
      this.#tables.write("DELETE FROM mfa_challenge WHERE sha256 = ?", digest);
      this.#parts.attempts.succeeded(kind);
      // Recovery codes can be stolen: the user should know that one was used.
      if (answer.kind === "recovery_code")
        this.#parts.emails.queue("factors_changed", { change: "recovery_code_used" });
      const proofs = [...start.proofs, PROOF_OF[answer.kind]];
      const shown = client === undefined ? {} : { client };
      return { ok: true, value: this.#parts.sessions.start({ ...start, ...shown, proofs, steppedUp: true }) };
    });
  }

  #open(digest: string): Record<string, unknown> | undefined {
    const query = "SELECT start, tries, scope FROM mfa_challenge WHERE sha256 = ? AND expires_at > ?";
    return this.#tables.row(query, digest, this.#now());
  }

  #isRight(kind: "totp" | "recovery_code", code: string): boolean {
    return kind === "totp" ? this.#parts.totp.check(code) : this.#parts.recoveryCodes.use(code);
  }

  /** Whoever gives a wrong answer has proved the first factor, so the user should see it in the security log. */
  #failed(digest: string, tries: number, kind: Factor, { origin }: SessionStart): void {
    if (tries < TRIES_MAX) this.#tables.write("UPDATE mfa_challenge SET tries = ? WHERE sha256 = ?", tries, digest);
    else this.#tables.write("DELETE FROM mfa_challenge WHERE sha256 = ?", digest);
    this.#parts.log.record("mfa_failed", { kind }, origin);
  }
}

/** What a passkey signs to answer a challenge: 64 characters of base64url, which happen to be hex digits. */
function passkeyChallengeOf(challenge: string): string {
  return sha256(`passkey ${challenge}`);
}
