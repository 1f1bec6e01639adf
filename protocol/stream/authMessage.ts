/** The first frame of every stream. Clients use several shapes, and each stream accepts all. */
import * as z from "zod";
import type { AccountId } from "../../domain/ids.ts";
import { ACCESS_TOKEN_MAX } from "../auth/accessToken.ts";

/** A little longer than any key id or secret. */
const CREDENTIAL_LENGTH_MAX = 128;
const credential = z.string().min(1).max(CREDENTIAL_LENGTH_MAX);
const token = z.string().min(1).max(ACCESS_TOKEN_MAX);

/** Replaces the key id when the secret is an access token. */
export const TOKEN_KEY = "oauth";

/** Credentials of a stream, and the account that it is to have. */
export interface StreamCredentials {
  /** `oauth` when the secret is an access token. */
  readonly keyId: string;
  readonly secret: string;
  /** Left out: the account of the key, or the default account of the session. */
  readonly accountId?: AccountId;
}

export interface AuthMessage extends StreamCredentials {
  readonly kind: "auth";
}

const account = z
  .uuid()
  .toLowerCase()
  .optional()
  .meta({ description: "The account of the stream: one of your own with an access token, the key's own with a key." });

function auth(keyId: string, secret: string, accountId: AccountId | undefined): AuthMessage {
  return { kind: "auth", keyId, secret, ...(accountId === undefined ? {} : { accountId }) };
}

export const authMessage = z.union([
  z
    .object({ action: z.literal("auth"), key: credential, secret: credential, account_id: account })
    .meta({ description: "Signs in with an API key." })
    .transform(({ key, secret, account_id: id }) => auth(key, secret, id)),
  z
    .object({
      action: z.literal("authenticate"),
      data: z.object({ key_id: credential, secret_key: credential, account_id: account }),
    })
    .meta({ description: "The same in another form, which some SDKs send." })
    .transform(({ data }) => auth(data.key_id, data.secret_key, data.account_id)),
  // A short token passes both checks above.
  z
    .object({ action: z.literal("auth"), key: z.literal(TOKEN_KEY), secret: token, account_id: account })
    .meta({ description: "Signs in with an access token, which is the `secret`." })
    .transform(({ secret, account_id: id }) => auth(TOKEN_KEY, secret, id)),
  z
    .object({
      action: z.literal("authenticate"),
      data: z.object({ key_id: z.literal(TOKEN_KEY), secret_key: token, account_id: account }),
    })
    .meta({ description: "The same in another form, which some SDKs send." })
    .transform(({ data }) => auth(TOKEN_KEY, data.secret_key, data.account_id)),
  z
    .object({ action: z.literal("authenticate"), data: z.object({ oauth_token: token, account_id: account }) })
    .meta({ description: "The same in the form that Alpaca has for OAuth." })
    .transform(({ data }) => auth(TOKEN_KEY, data.oauth_token, data.account_id)),
]);
