/** Second factors as REST answers. */
import * as z from "zod";
import type { MfaStatus, PasskeyEntry } from "../rpc/identity/mfa.ts";
import { passkeyAnswer, mfaAnswer } from "../wire/mfa.ts";

/** The passkey object. */
export function passkeyToWire({ id, label, createdAt, usedAt, backedUp }: PasskeyEntry): z.infer<typeof passkeyAnswer> {
  return { id, label, created_at: timeToWire(createdAt), last_used_at: timeToWireOrNull(usedAt), backed_up: backedUp };
}

/** The object with a login's second factors. */
export function mfaToWire({ required, totpSince, recoveryCodesLeft, passkeys }: MfaStatus): z.infer<typeof mfaAnswer> {
  return {
    required,
    totp_since: timeToWireOrNull(totpSince),
    recovery_codes_left: recoveryCodesLeft,
    passkeys: passkeys.map(passkeyToWire),
  };
}

function timeToWire(at: number): string {
  return new Date(at).toISOString();
}

function timeToWireOrNull(at: number | null): string | null {
  return at === null ? null : timeToWire(at);
}
