/** The administrators of the demo: one who requests and, with FOUR_EYES=on, one who approves. */
import { Secret, TOTP } from "otpauth";
import * as z from "zod";
import type { Api } from "./api.ts";
import type { Credentials } from "./credentials.ts";
import type { Administration } from "./peopleApi.ts";
import { Refused } from "./api.ts";
import { StartFailure } from "./failure.ts";
import { readJsonFile, writeJsonFile } from "./files.ts";

/** The second administrator and its TOTP secret: approvals need a second factor. */
export const Approver = z.object({ email: z.string(), password: z.string(), totp: z.string() });
export type Approver = z.infer<typeof Approver>;

export const APPROVER_EMAIL = "approver@demo.exchange";

const STEP_MS = 30_000;

/** The TOTP code at a time relative to now. */
function codeOf(secret: string, afterMs = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + afterMs });
}

/** Signs the second administrator in. The first start enrols an authenticator app and stores its secret in `file`. */
export async function signInApprover(
  api: Api,
  file: string,
  password: string,
): Promise<{ readonly approver: Approver; readonly session: Credentials }> {
  const known = readJsonFile(file, Approver);
  if (known !== null) return { approver: known, session: await approverSession(api, known) };
  let session: Credentials;
  try {
    session = { bearer: await api.signIn(APPROVER_EMAIL, password) };
  } catch (error) {
    if (!(error instanceof Refused && error.status === 401)) throw error;
    throw new StartFailure("FOUR_EYES=on needs a second administrator from the beginning: start once with --fresh.");
  }
  const approver = { email: APPROVER_EMAIL, password, totp: await api.enrolTotp(session, codeOf) };
  writeJsonFile(file, approver);
  return { approver, session };
}

/** Signs both administrators in. */
export async function administrationOf(
  api: Api,
  admin: { readonly email: string; readonly password: string },
  approver: Approver | undefined,
): Promise<Administration> {
  const session = { bearer: await api.signIn(admin.email, admin.password) };
  if (approver === undefined) return { admin: session };
  return { admin: session, approver: await approverSession(api, approver) };
}

/** Waits for the code of the next time step when the present one was used, because a code is valid once. */
async function approverSession(api: Api, { email, password, totp }: Approver): Promise<Credentials> {
  try {
    return { bearer: await api.signIn(email, password, codeOf(totp)) };
  } catch (error) {
    if (!(error instanceof Refused && error.status === 401)) throw error;
    return { bearer: await api.signIn(email, password, codeOf(totp, STEP_MS)) };
  }
}
