/** Passkey messages between browser and exchange, as JSON (WebAuthn 3, 5.1.7 to 5.1.9). */
import * as z from "zod";

/** 1,023 bytes (WebAuthn 3, 4: credential id). */
const ID_LENGTH_MAX = 1_364;
const CLIENT_DATA_LENGTH_MAX = 4_096;
const ATTESTATION_LENGTH_MAX = 16_384;
const SIGNED_LENGTH_MAX = 2_048;
/** 64 bytes (WebAuthn 3, 5.4.3). */
const HANDLE_LENGTH_MAX = 86;

const TIMEOUT_MS = 5 * 60_000;

function base64url(lengthMax: number): z.ZodString {
  return z
    .string()
    .regex(/^[\w-]+$/)
    .max(lengthMax)
    .refine(({ length }) => length % 4 !== 1, { error: "base64url" });
}

/** The attestation of a new passkey. Browsers add fields that are not used. */
export const passkeyAttestation = z.object({
  id: base64url(ID_LENGTH_MAX),
  rawId: base64url(ID_LENGTH_MAX),
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64url(CLIENT_DATA_LENGTH_MAX),
    attestationObject: base64url(ATTESTATION_LENGTH_MAX),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(8)
      .optional(),
  }),
});
export type PasskeyAttestation = z.infer<typeof passkeyAttestation>;

/** The assertion of a passkey at a sign-in. */
export const passkeyAssertion = z.object({
  id: base64url(ID_LENGTH_MAX),
  rawId: base64url(ID_LENGTH_MAX),
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64url(CLIENT_DATA_LENGTH_MAX),
    authenticatorData: base64url(SIGNED_LENGTH_MAX),
    signature: base64url(SIGNED_LENGTH_MAX),
    userHandle: base64url(HANDLE_LENGTH_MAX).nullish(),
  }),
});
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;

/** The relying party: the site's domain, and its display name. */
export interface Site {
  readonly rpId: string;
  readonly origin: string;
}

/** The challenge, and the passkeys that may sign it; an empty list means every passkey of the site. */
export interface PasskeyRequest {
  readonly challenge: string;
  readonly credentials: readonly { readonly id: string; readonly transports: readonly string[] }[];
}

/** Options of `navigator.credentials.get`. */
export function requestOptions({ challenge, credentials }: PasskeyRequest, rpId: string): Record<string, unknown> {
  return {
    challenge,
    rpId,
    timeout: TIMEOUT_MS,
    userVerification: "required",
    allowCredentials: credentials.map(({ id, transports }) => ({ id, type: "public-key", transports })),
  };
}

/** Options of `navigator.credentials.create`. */
export type CreationOptions = Readonly<Record<string, unknown>>;
