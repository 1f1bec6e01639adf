/** Codes of an authenticator app (RFC 6238): SHA-1, six digits, 30 seconds, which is what every app can do. */
import { Secret, TOTP } from "otpauth";
import type { TotpSecret } from "../../../protocol/rpc/identity/mfa.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

const ISSUER = "Edge Exchange";
const DIGITS = 6;
const PERIOD_S = 30;
/** Steps that a clock may be off, either way. */
const WINDOW = 1;
/** RFC 4226, 4: 160 bits are recommended. */
const SECRET_BYTES = 20;
/** How long a secret waits for its first right code. */
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

  /** True when sign-ins need its codes. */
  get enrolled(): boolean {
    return this.#tables.row("SELECT 1 FROM totp WHERE state = 'active'") !== undefined;
  }

  /** When it was enrolled, epoch milliseconds; null when it is not. */
  enrolledAt(): number | null {
    const found = this.#tables.row("SELECT created_at FROM totp WHERE state = 'active'");
    return found === undefined ? null : Number(found["created_at"]);
  }

  /** A new secret, which counts once a code of it has come. Until then an earlier one stays as it is. */
  enrol(): TotpSecret {
    const secret = new Secret({ size: SECRET_BYTES });
    this.#tables.write(
      "INSERT OR REPLACE INTO totp (state, secret, last_step, created_at) VALUES ('pending', ?, -1, ?)",
      this.#profile.vault().encrypt(secret.base32),
      this.#now(),
    );
    return { secret: secret.base32, uri: this.#otp(secret.base32, this.#profile.email()).toString() };
  }

  /** True when the code is one of the secret that waits: it takes the place of an earlier one. */
  confirm(code: string): boolean {
    const pending = this.#tables.row(
      "SELECT secret FROM totp WHERE state = 'pending' AND created_at > ?",
      this.#now() - PENDING_MS,
    );
    const step = pending === undefined ? null : this.#stepOf(String(pending["secret"]), code);
    if (step === null) return false;
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM totp WHERE state = 'active'");
      // The code is used: it does not sign in as well.
      this.#tables.write("UPDATE totp SET state = 'active', last_step = ?, created_at = ?", step, this.#now());
    });
    return true;
  }

  /** True when the code is right now and of a later step than any that was accepted (RFC 6238, 5.2: once only). */
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

  /** The step that a code belongs to; null when it is none of those around now. */
  #stepOf(sealed: string, code: string): number | null {
    const otp = this.#otp(this.#profile.vault().decrypt(sealed), "");
    const timestamp = this.#now();
    const delta = otp.validate({ token: code, timestamp, window: WINDOW });
    return delta === null ? null : otp.counter({ timestamp }) + delta;
  }

  #otp(secret: string, label: string): TOTP {
    return new TOTP({ issuer: ISSUER, label, algorithm: "SHA1", digits: DIGITS, period: PERIOD_S, secret });
  }
}
