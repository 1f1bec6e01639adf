/**
 * Time-based one-time passwords of an authenticator app (RFC 6238): SHA-1, six digits, 30 seconds, which every app
 * supports.
 */
import { Secret, TOTP } from "otpauth";
import type { TotpSecret } from "../../../protocol/rpc/identity/mfa.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

const ISSUER = "Edge Exchange";
const DIGITS = 6;
const PERIOD_S = 30;
/** The accepted clock skew, in steps either way. */
const WINDOW = 1;
/** RFC 4226, 4: 160 bits are recommended. */
const SECRET_BYTES = 20;
/** How long a new secret waits for its confirmation. */
const PENDING_MS = 15 * 60_000;

export class Totp {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#now = now;
  }

  /** Whether sign-ins need a code. */
  get enrolled(): boolean {
    return this.#tables.row("SELECT 1 FROM totp WHERE state = 'active'") !== undefined;
  }

  /** When it was enrolled, epoch milliseconds; null: it is not. */
  enrolledAt(): number | null {
    const found = this.#tables.row("SELECT created_at FROM totp WHERE state = 'active'");
    return found === undefined ? null : Number(found["created_at"]);
  }

  /** A new secret, which becomes active by `confirm`. Until then an earlier one stays active. */
  enrol(): TotpSecret {
    const secret = new Secret({ size: SECRET_BYTES });
    this.#tables.write(
      "INSERT OR REPLACE INTO totp (state, secret, last_step, created_at) VALUES ('pending', ?, -1, ?)",
      this.#profile.vault().encrypt(secret.base32),
      this.#now(),
    );
    return { secret: secret.base32, uri: this.#otp(secret.base32, this.#profile.email()).toString() };
  }

  /** Whether the code is one of the pending secret, which then replaces an earlier one. */
  confirm(code: string): boolean {
    const pending = this.#tables.row(
      "SELECT secret FROM totp WHERE state = 'pending' AND created_at > ?",
      this.#now() - PENDING_MS,
    );
    const step = pending === undefined ? null : this.#stepOf(String(pending["secret"]), code);
    if (step === null) return false;
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM totp WHERE state = 'active'");
      // The code is used up: it does not sign in.
      this.#tables.write("UPDATE totp SET state = 'active', last_step = ?, created_at = ?", step, this.#now());
    });
    return true;
  }

  /** Whether the code is valid now, and of a later step than the last accepted one (RFC 6238, 5.2: each code once). */
  check(code: string): boolean {
    const active = this.#tables.row("SELECT secret, last_step FROM totp WHERE state = 'active'");
    const step = active === undefined ? null : this.#stepOf(String(active["secret"]), code);
    if (active === undefined || step === null || step <= Number(active["last_step"])) return false;
    this.#tables.write("UPDATE totp SET last_step = ? WHERE state = 'active'", step);
    return true;
  }

  remove(): void {
    this.#tables.write("DELETE FROM totp");
  }

  /** The step of a code; null when it belongs to none of the accepted steps. */
  #stepOf(encrypted: string, code: string): number | null {
    const otp = this.#otp(this.#profile.vault().decrypt(encrypted), "");
    const timestamp = this.#now();
    const delta = otp.validate({ token: code, timestamp, window: WINDOW });
    return delta === null ? null : otp.counter({ timestamp }) + delta;
  }

  #otp(secret: string, label: string): TOTP {
    return new TOTP({ issuer: ISSUER, label, algorithm: "SHA1", digits: DIGITS, period: PERIOD_S, secret });
  }
}
