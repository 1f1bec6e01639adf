import type { DerivedKey, NewUser, PasswordRpc, SignUp } from "../../protocol/identity/passwordRpc.ts";
import type { IdentityOutcome, Origin, Principal } from "../../protocol/rpc.ts";
import { HomeMethods } from "./homeMethods.ts";
import type { Passwords } from "./passwords.ts";
import type { SignUps } from "./signUps.ts";

export interface PasswordParts {
  readonly passwords: Passwords;
  readonly signUps: SignUps;
  /** Lets administrators know that there is a login now. */
  joined(): void;
}

/** What a login's object answers about its password: one line for each, to its part. */
export abstract class PasswordMethods extends HomeMethods implements PasswordRpc {
  protected abstract readonly door: PasswordParts;

  // ---- passwords.ts ----

  async passwordChallenge() {
    return this.door.passwords.challenge();
  }

  async signInWithPassword(key: Uint8Array, origin: Origin) {
    return this.door.passwords.signIn(key, origin);
  }

  async renewPassword(key: Uint8Array, renewed: DerivedKey) {
    return this.door.passwords.renew(key, renewed);
  }

  async passwordOf() {
    return this.door.passwords.own();
  }

  async changePassword(current: Uint8Array, password: DerivedKey, exceptSession: string, origin: Origin) {
    return this.door.passwords.change(current, password, exceptSession, origin);
  }

  async createUser(user: NewUser): Promise<IdentityOutcome<Principal>> {
    if (!(await this.residence.claim(user.email))) return { ok: false, reason: "email_taken" };
    const created = this.door.passwords.create(user);
    this.door.joined();
    return created;
  }

  // ---- signUps.ts ----

  async signUp(asked: SignUp) {
    return this.door.signUps.signUp(asked);
  }

  async verifyEmail(code: string, origin: Origin): Promise<IdentityOutcome<Principal>> {
    const email = this.door.signUps.emailOf(code);
    if (email === null || !(await this.residence.claim(email))) return { ok: false, reason: "code_invalid" };
    const verified = this.door.signUps.verify(code, origin);
    this.door.joined();
    return verified;
  }

  async forgotPassword() {
    return this.door.signUps.forgot();
  }

  async resetOf(code: string) {
    return this.door.signUps.resetOf(code);
  }

  async resetPassword(code: string, password: DerivedKey, origin: Origin) {
    return this.door.signUps.reset(code, password, origin);
  }
}
