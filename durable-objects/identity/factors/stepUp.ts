/** Step-up authentication: a fresh proof for what a stolen session must not do. */
import type { StepUpAnswer, StepUpOptions } from "../../../protocol/rpc/identity/mfa.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Attempts } from "../passwords/attempts.ts";
import type { PasskeyChallenges } from "./passkeyChallenges.ts";
import type { Passkeys } from "./passkeys.ts";
import type { Profile } from "../profile.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Totp } from "./totp.ts";

export interface StepUpParts {
  readonly totp: Totp;
  readonly passkeys: Passkeys;
  readonly challenges: PasskeyChallenges;
  readonly attempts: Attempts;
  readonly log: SecurityLog;
  readonly sessions: Pick<Sessions, "steppedUp">;
  /** Verifies the key derived from the password; counts failures. */
  provePassword(key: Uint8Array, sessionId: string): IdentityOutcome<null>;
}

const FAILED = { ok: false, reason: "mfa_failed" } as const;

export class StepUp {
  readonly #profile: Profile;
  readonly #parts: StepUpParts;

  constructor(profile: Profile, parts: StepUpParts) {
    this.#profile = profile;
    this.#parts = parts;
  }

  /** The proofs that the session's user can give. The password only when there is no second factor. */
  options(sessionId: string): StepUpOptions {
    const { totp, passkeys, challenges } = this.#parts;
    if (!totp.enrolled && !passkeys.enrolled) {
      return { methods: (this.#profile.login()?.passwordHash ?? null) === null ? [] : ["password"], passkey: null };
    }
    return {
      methods: [...(totp.enrolled ? (["totp"] as const) : []), ...(passkeys.enrolled ? (["passkey"] as const) : [])],
      passkey: passkeys.enrolled ? passkeys.request(challenges.open(`step up ${sessionId}`)) : null,
    };
  }

  /** Marks this session as freshly proved, and no other. */
  async prove(sessionId: string, answer: StepUpAnswer, origin: Origin): Promise<IdentityOutcome<null>> {
    const proved = await this.#check(sessionId, answer);
    if (!proved.ok) return proved;
    this.#parts.sessions.steppedUp(sessionId);
    this.#parts.log.record("stepped_up", { session: sessionId, by: answer.kind }, origin);
    return proved;
  }

  async #check(sessionId: string, answer: StepUpAnswer): Promise<IdentityOutcome<null>> {
    const { totp, passkeys, challenges, attempts } = this.#parts;
    if (answer.kind === "password") {
      return totp.enrolled || passkeys.enrolled ? FAILED : this.#parts.provePassword(answer.key, sessionId);
    }
    // Counted by session: failures of a stolen session must not make the others wait.
    const kind = `mfa/${sessionId}` as const;
    const retryAfterMs = attempts.waitMs(kind);
    if (retryAfterMs > 0) return { ok: false, reason: "rate_limited", retryAfterMs };
    const opened = (challenge: string): boolean => challenges.take(`step up ${sessionId}`, challenge);
    const right =
      answer.kind === "totp" ? totp.check(answer.code) : await passkeys.verify(answer.response, opened, answer.site);
    if (!right) {
      attempts.failed(kind);
      return FAILED;
    }
    attempts.succeeded(kind);
    return { ok: true, value: null };
  }
}
