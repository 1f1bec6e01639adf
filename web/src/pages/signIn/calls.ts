/** Signing up and in: the calls, and what follows a session that has begun. */
import type * as z from "zod";
import type { resetAnswer } from "../../../../protocol/wire/logins.ts";
import type { mfaRequiredAnswer } from "../../../../protocol/wire/mfa.ts";
import type { cookiesAnswer } from "../../../../protocol/wire/sessions.ts";
import { call, keepCsrfToken } from "../../api/client.ts";
import { loadSession } from "../../api/session.ts";
import { usePasskey } from "../../forms/passkeys.ts";

type Begun = z.infer<typeof cookiesAnswer>;
export type FactorStep = z.infer<typeof mfaRequiredAnswer>;

/** Signs in. Gives the second step when the login has one; null: the session has begun. */
export async function signIn(email: string, password: string): Promise<FactorStep | null> {
  const body = { email, password, cookies: true };
  const answer = await call<Begun | FactorStep>("POST", "/v1/auth/login", { body });
  if ("mfa_required" in answer) return answer;
  await began(answer);
  return null;
}

/** The second step: one of `totp`, `recovery_code` and `passkey`. */
export async function proveFactor(step: FactorStep, proof: object): Promise<void> {
  const body = { challenge: step.challenge, cookies: true, ...proof };
  await began(await call<Begun>("POST", "/v1/auth/mfa", { body }));
}

export async function proveFactorByPasskey(step: FactorStep): Promise<void> {
  await proveFactor(step, { passkey: await usePasskey(step.passkey) });
}

/** Signs in with a passkey of this device alone: it says whose it is. */
export async function signInByPasskey(): Promise<void> {
  const options = await call<unknown>("POST", "/v1/auth/passkey/options", { body: {} });
  const passkey = await usePasskey(options);
  await began(await call<Begun>("POST", "/v1/auth/passkey", { body: { passkey, cookies: true } }));
}

export interface SignUp {
  readonly email: string;
  readonly password: string;
  readonly region: string;
}

export async function signUp(asked: SignUp): Promise<void> {
  await call("POST", "/v1/auth/register", { body: asked });
}

export async function verifySignUp(token: string, password: string): Promise<void> {
  await call("POST", "/v1/auth/verify", { body: { token, password } });
}

export async function requestReset(email: string): Promise<void> {
  await call("POST", "/v1/auth/password/forgot", { body: { email } });
}

/** Sets a password with a code from a mail. Gives how many API keys have ended. */
export async function resetPassword(token: string, password: string, keepKeys: boolean): Promise<number> {
  const body = { token, password, keep_api_keys: keepKeys };
  const { api_keys: keys } = await call<z.infer<typeof resetAnswer>>("POST", "/v1/auth/password/reset", { body });
  return keys.ended.length;
}

async function began({ csrf_token: token }: Begun): Promise<void> {
  keepCsrfToken(token);
  await loadSession();
}
