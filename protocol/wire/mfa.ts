/** Bodies and answers of the endpoints of second factors and step-up. */
import * as z from "zod";
import { passkeyAssertion, passkeyAttestation } from "./passkeys.ts";
import { plainText } from "./plainText.ts";
import { time } from "./primitives.ts";

/** The longest code: six digits, or 16 letters with hyphens, and spaces. */
const CODE_LENGTH_MAX = 64;
/** Route and challenge. */
const CHALLENGE_LENGTH_MAX = 128;
const LABEL_LENGTH_MAX = 64;
const PASSWORD_TEXT_MAX = 4096;

/** A TOTP code. Users type or copy it with a space ("123 456"), a hyphen or full-width digits. */
const totp = z
  .string()
  .max(CODE_LENGTH_MAX)
  .transform((code) => code.normalize("NFKC").replace(/[\s-]/g, ""))
  .describe("The code of the authenticator app, with or without spaces.");
const passkey = passkeyAssertion.describe("What navigator.credentials.get gave, as JSON.");
const cookies = z.boolean().default(false).describe("The session is returned in cookies and not as tokens.");

export const mfaRequest = z
  .strictObject({
    challenge: z.string().max(CHALLENGE_LENGTH_MAX),
    totp: totp.optional(),
    recovery_code: z.string().max(CODE_LENGTH_MAX).optional(),
    passkey: passkey.optional(),
    cookies,
  })
  .refine(({ totp: a, recovery_code: b, passkey: c }) => isOne(a, b, c), {
    error: "one of totp, recovery_code, passkey",
  })
  .meta({ id: "SecondFactor" });

export const passkeySignInRequest = z.strictObject({ passkey, cookies }).meta({ id: "PasskeySignIn" });

export const stepUpRequest = z
  .strictObject({
    password: z.string().max(PASSWORD_TEXT_MAX).optional(),
    totp: totp.optional(),
    passkey: passkey.optional(),
  })
  .refine(({ password: a, totp: b, passkey: c }) => isOne(a, b, c), { error: "one of password, totp, passkey" })
  .meta({ id: "StepUp" });

export const totpConfirmation = z.strictObject({ code: totp });

export const newPasskeyRequest = z
  .strictObject({
    label: plainText(LABEL_LENGTH_MAX).min(1).default("passkey").describe("The name that you give it."),
    passkey: passkeyAttestation.describe("What navigator.credentials.create gave, as JSON."),
  })
  .meta({ id: "NewPasskey" });

/** The options of `navigator.credentials`, as JSON. */
export const credentialOptions = z.record(z.string(), z.unknown());

export const mfaRequiredAnswer = z
  .object({
    mfa_required: z.literal(true),
    challenge: z.string(),
    methods: z.array(z.string()),
    passkey: credentialOptions.optional(),
  })
  .meta({ id: "MfaRequired" });

export const passkeyAnswer = z
  .object({
    id: z.string(),
    label: z.string(),
    created_at: time,
    last_used_at: time.nullable(),
    backed_up: z.boolean().describe("Synchronised between devices."),
  })
  .meta({ id: "Passkey" });

export const passkeysAnswer = z.object({ passkeys: z.array(passkeyAnswer) });

export const mfaAnswer = z
  .object({
    required: z.boolean().describe("Signing in requires a second factor."),
    totp_since: time.nullable(),
    recovery_codes_left: z.number().int(),
    passkeys: z.array(passkeyAnswer),
  })
  .meta({ id: "SecondFactors" });

export const totpSecretAnswer = z.object({
  secret: z.string().describe("Base32; shown only once."),
  uri: z.string().describe("For a QR code."),
});
export const recoveryCodesAnswer = z.object({ recovery_codes: z.array(z.string()).describe("Shown only once.") });
export const newPasskeyAnswer = z.object({ id: z.string(), recovery_codes: z.array(z.string()).nullable() });
export const stepUpOptionsAnswer = z.object({
  methods: z.array(z.enum(["password", "totp", "passkey"])),
  passkey: credentialOptions.nullable(),
});

function isOne(...given: unknown[]): boolean {
  return given.filter((value) => value !== undefined).length === 1;
}
