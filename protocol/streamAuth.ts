/** The first frame of every stream. Several shapes are in use and each stream accepts all. */
import * as z from "zod";
import { ACCESS_TOKEN_MAX } from "./identity/accessToken.ts";

/** A little more than any key id or secret of ours has. */
const CREDENTIAL_LENGTH_MAX = 128;
const credential = z.string().min(1).max(CREDENTIAL_LENGTH_MAX);
const token = z.string().min(1).max(ACCESS_TOKEN_MAX);

/** In place of a key id: the secret is an access token. */
export const TOKEN_KEY = "oauth";

export interface AuthMessage {
  readonly kind: "auth";
  /** `oauth` when the secret is an access token. */
  readonly keyId: string;
  readonly secret: string;
}

const withToken = (secret: string): AuthMessage => ({ kind: "auth", keyId: TOKEN_KEY, secret });

export const authMessage = z.union([
  z
    .object({ action: z.literal("auth"), key: z.literal(TOKEN_KEY), secret: token })
    .transform(({ secret }) => withToken(secret)),
  z
    .object({ action: z.literal("authenticate"), data: z.object({ oauth_token: token }) })
    .transform(({ data }) => withToken(data.oauth_token)),
  z
    .object({ action: z.literal("authenticate"), data: z.object({ key_id: z.literal(TOKEN_KEY), secret_key: token }) })
    .transform(({ data }) => withToken(data.secret_key)),
  z
    .object({ action: z.literal("auth"), key: credential, secret: credential })
    .transform(({ key, secret }): AuthMessage => ({ kind: "auth", keyId: key, secret })),
  z
    .object({ action: z.literal("authenticate"), data: z.object({ key_id: credential, secret_key: credential }) })
    .transform(({ data }): AuthMessage => ({ kind: "auth", keyId: data.key_id, secret: data.secret_key })),
]);
