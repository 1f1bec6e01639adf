/** The first frame of every stream. Two shapes are in use and each stream accepts both. */
import * as z from "zod";

/** A little more than any key id or secret of ours has. */
const CREDENTIAL_LENGTH_MAX = 128;
const credential = z.string().min(1).max(CREDENTIAL_LENGTH_MAX);

const authShape = z.object({ action: z.literal("auth"), key: credential, secret: credential });

const authenticateShape = z.object({
  action: z.literal("authenticate"),
  data: z.object({ key_id: credential, secret_key: credential }),
});

export interface AuthMessage {
  readonly kind: "auth";
  readonly keyId: string;
  readonly secret: string;
}

export const authMessage = z.union([
  authShape.transform(({ key, secret }): AuthMessage => ({ kind: "auth", keyId: key, secret })),
  authenticateShape.transform(({ data }): AuthMessage => ({
    kind: "auth",
    keyId: data.key_id,
    secret: data.secret_key,
  })),
]);
