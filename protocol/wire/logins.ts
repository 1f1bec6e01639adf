/** Bodies of the sign-in and administration endpoints. */
import * as z from "zod";
import { PLANS } from "../../domain/rateLimit.ts";
import { REGIONS } from "../ids/region.ts";
import { ROLES } from "../auth/principal.ts";
import { keyWire } from "./apiKeys.ts";
import { termsVersion } from "./privacy.ts";

/** RFC 5321, 4.5.3.1.3: a path has at most 256 octets, two of them its angle brackets. */
const EMAIL_LENGTH_MAX = 254;
/** Longer than any password, so that a password that is too long is weak and not malformed. */
const PASSWORD_TEXT_MAX = 4096;
/** The longest code as sent by a client; a code has 52 letters. */
const CODE_LENGTH_MAX = 128;

export const email = z.string().trim().max(EMAIL_LENGTH_MAX).pipe(z.email());
const password = z.string().max(PASSWORD_TEXT_MAX);
/** An emailed code. Typed by hand it may have small letters and outer spaces. */
const token = z.string().max(CODE_LENGTH_MAX).trim().toUpperCase();

export const signInRequest = z.strictObject({
  email,
  password,
  /** The session is returned in cookies, for the exchange's own pages, and not as tokens. */
  cookies: z.boolean().default(false),
});

export const signUpRequest = z.strictObject({
  email,
  password,
  /** Where the user's data must stay. */
  region: z.enum(REGIONS).default("world"),
  terms: termsVersion.optional(),
});

/** The code, and the password of the sign-up for which it was sent. */
export const verifyRequest = z.strictObject({ token, password });
export const forgotRequest = z.strictObject({ email });
export const resetRequest = z.strictObject({
  token,
  password,
  /** Left out: the reset ends every API key. */
  keep_api_keys: z.boolean().default(false),
});
export const resetAnswer = z
  .object({ api_keys: z.object({ ended: z.array(keyWire), kept: z.array(keyWire) }) })
  .meta({ id: "PasswordReset" });
export const changePasswordRequest = z.strictObject({ current: password, new: password });

/** Constant, so that it does not reveal whether an address has a login. */
export const mailAnswer = z.object({ status: z.literal("mail_sent") }).meta({ id: "MailSent" });

export const userAnswer = z.object({ user_id: z.uuid(), account_id: z.uuid() }).meta({ id: "UserMade" });

/** The answer to a sign-in that needs a second factor: `POST /v1/auth/mfa` completes it. */
export const mfaAnswer = z
  .looseObject({ mfa_required: z.literal(true), challenge: z.string(), methods: z.array(z.string()) })
  .meta({ id: "MfaRequired" });

/** An invitation of a user by an administrator. A code sent to this address lets the user set the password. */
export const newUserRequest = z.strictObject({
  email,
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length).default(["trader"]),
  plan: z.enum(PLANS).default("standard"),
  region: z.enum(REGIONS).default("world"),
});

export const bootstrapRequest = z
  .strictObject({
    email,
    password,
    /** A second administrator, who is invited too, because approvals need two. */
    second: email.optional().describe("The e-mail of a second administrator, who is invited at the same time."),
  })
  .meta({ id: "Bootstrap" });
