/**
 * The second factors of a login, as its signed-in user manages them. Every change is recorded in the security log and
 * e-mailed.
 */
import type { MfaStatus, TotpSecret } from "../../../protocol/rpc/identity/mfa.ts";
import type { CreationOptions, PasskeyAttestation, Site } from "../../../protocol/wire/passkeys.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Attempts } from "../passwords/attempts.ts";
import type { Emails } from "../email/emails.ts";
import type { Passkeys } from "./passkeys.ts";
import type { RecoveryCodes } from "./recoveryCodes.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Tables } from "../tables.ts";
import type { Totp } from "./totp.ts";

export interface FactorParts {
  readonly totp: Totp;
  readonly recoveryCodes: RecoveryCodes;
  readonly passkeys: Passkeys;
  readonly attempts: Attempts;
  readonly log: SecurityLog;
  readonly emails: Pick<Emails, "queue">;
}

type Change = "totp_added" | "totp_removed" | "recovery_codes_made" | "passkey_added" | "passkey_removed";

const NO_SUCH = { ok: false, reason: "no_such_factor" } as const;
const FAILED = { ok: false, reason: "mfa_failed" } as const;

export class Factors {
  readonly #tables: Tables;
  readonly #parts: FactorParts;

  constructor(tables: Tables, parts: FactorParts) {
    this.#tables = tables;
    this.#parts = parts;
  }

  /** Whether the login has a second factor; recovery codes do not count as one. */
  get any(): boolean {
    return this.#parts.totp.enrolled || this.#parts.passkeys.enrolled;
  }

  status(): MfaStatus {
    const { totp, recoveryCodes, passkeys } = this.#parts;
    return {
      required: this.any,
      totpSince: totp.enrolledAt(),
      recoveryCodesLeft: recoveryCodes.left,
      passkeys: passkeys.list(),
    };
  }

  enrolTotp(): TotpSecret {
    return this.#parts.totp.enrol();
  }

  /** Activates the authenticator app that shows this code; gives recovery codes. Wrong codes make the session wait. */
  confirmTotp(code: string, origin: Origin, sessionId = ""): IdentityOutcome<string[]> {
    const { totp, attempts, recoveryCodes } = this.#parts;
    const kind = `mfa/${sessionId}` as const;
    const retryAfterMs = attempts.waitMs(kind);
    if (retryAfterMs > 0) return { ok: false, reason: "rate_limited", retryAfterMs };
    return this.#tables.transaction(() => {
      if (!totp.confirm(code)) {
        attempts.failed(kind);
        return FAILED;
      }
      attempts.succeeded(kind);
      this.#changed("totp_added", origin);
      return { ok: true, value: recoveryCodes.make() };
    });
  }

  removeTotp(origin: Origin): IdentityOutcome<null> {
    if (!this.#parts.totp.enrolled) return NO_SUCH;
    return this.#tables.transaction(() => {
      this.#parts.totp.remove();
      return this.#removed("totp_removed", origin);
    });
  }

  makeRecoveryCodes(origin: Origin): IdentityOutcome<string[]> {
    if (!this.any) return NO_SUCH;
    return this.#tables.transaction(() => {
      this.#changed("recovery_codes_made", origin);
      return { ok: true, value: this.#parts.recoveryCodes.make() };
    });
  }

  passkeyRegistration(sessionId: string, site: Site): Promise<CreationOptions> {
    return this.#parts.passkeys.registration(sessionId, site);
  }

  /** Adds a passkey; gives recovery codes when there were none. */
  async addPasskey(
    sessionId: string,
    response: PasskeyAttestation,
    label: string,
    site: Site,
    origin: Origin,
  ): Promise<IdentityOutcome<{ id: string; recoveryCodes: string[] | null }>> {
    const registered = await this.#parts.passkeys.register(sessionId, response, label, site);
    if (registered === "too_many") return { ok: false, reason: "too_many_factors" };
    if (registered === "refused") return FAILED;
    return this.#tables.transaction(() => {
      this.#changed("passkey_added", origin);
      const { recoveryCodes } = this.#parts;
      const codes = recoveryCodes.left > 0 ? null : recoveryCodes.make();
      return { ok: true, value: { id: response.id, recoveryCodes: codes } };
    });
  }

  removePasskey(id: string, origin: Origin): IdentityOutcome<null> {
    return this.#tables.transaction(() =>
      this.#parts.passkeys.remove(id) ? this.#removed("passkey_removed", origin) : NO_SUCH,
    );
  }

  /** Recovery codes replace another factor: without one they are removed. */
  #removed(change: Change, origin: Origin): IdentityOutcome<null> {
    if (!this.any) this.#parts.recoveryCodes.remove();
    this.#changed(change, origin);
    return { ok: true, value: null };
  }

  #changed(change: Change, origin: Origin): void {
    this.#parts.log.record(change, {}, origin);
    this.#parts.emails.queue("factors_changed", { change });
  }
}
