/** The first frame of every stream. Clients use several shapes, and each stream accepts all. */
import * as z from "zod";
import { ACCESS_TOKEN_MAX } from "../auth/accessToken.ts";

/** A little longer than any key id or secret. */
const CREDENTIAL_LENGTH_MAX = 128;
const credential = z.string().min(1).max(CREDENTIAL_LENGTH_MAX);
const token = z.string().min(1).max(ACCESS_TOKEN_MAX);

/** Replaces the key id when the secret is an access token. */
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
    .object({ action: z.literal("auth"), key: credential, secret: credential })
    .meta({ description: "Signs in with an API key." })
    .transform(({ key, secret }): AuthMessage => ({ kind: "auth", keyId: key, secret })),
  z
    .object({ action: z.literal("authenticate"), data: z.object({ key_id: credential, secret_key: credential }) })
    .meta({ description: "The same in another form, which some SDKs send." })
    .transform(({ data }): AuthMessage => ({ kind: "auth", keyId: data.key_id, secret: data.secret_key })),
  // A short token passes both checks above.
  z
    .object({ action: z.literal("auth"), key: z.literal(TOKEN_KEY), secret: token })
    .meta({ description: "Signs in with an access token, which is the `secret`." })
    .transform(({ secret }) => withToken(secret)),
  z
    .object({ action: z.literal("authenticate"), data: z.object({ key_id: z.literal(TOKEN_KEY), secret_key: token }) })
    .meta({ description: "The same in another form, which some SDKs send." })
    .transform(({ data }) => withToken(data.secret_key)),
  z
    .object({ action: z.literal("authenticate"), data: z.object({ oauth_token: token }) })
    .meta({ description: "The same in the form that Alpaca has for OAuth." })
    .transform(({ data }) => withToken(data.oauth_token)),
]);
