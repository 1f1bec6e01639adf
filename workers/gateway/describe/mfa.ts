/** Second factors, passkeys and step-up. */
import * as z from "zod";
import { cookiesAnswer, tokensAnswer } from "../../../protocol/identity/sessionRequest.ts";
import {
  credentialOptions,
  mfaAnswer,
  mfaRequest,
  newPasskeyAnswer,
  newPasskeyRequest,
  passkeysAnswer,
  passkeySignInRequest,
  recoveryCodesAnswer,
  stepUpOptionsAnswer,
  stepUpRequest,
  totpConfirmation,
  totpSecretAnswer,
} from "../../../protocol/mfaRequest.ts";
import type { Described } from "./operation.ts";

export const MFA: Described = {
  "POST /v1/auth/mfa": {
    id: "finishSignIn",
    summary: "Finish a sign-in that asked for a second factor",
    description:
      "A challenge is good for five minutes and five wrong answers. After wrong answers the next waits: 429.",
    takes: mfaRequest,
    gives: { 200: z.union([tokensAnswer, cookiesAnswer]) },
    refuses: [401, 429],
  },
  "POST /v1/auth/passkey/options": {
    id: "beginPasskeySignIn",
    summary: "Options for signing in with a passkey alone",
    description: "The same for everybody: the device finds the passkey. Good for five minutes, once.",
    bodyOptional: true,
    gives: { 200: credentialOptions },
  },
  "POST /v1/auth/passkey": {
    id: "signInByPasskey",
    summary: "Sign in with a passkey alone",
    takes: passkeySignInRequest,
    gives: { 200: z.union([tokensAnswer, cookiesAnswer]) },
    refuses: [401],
  },
  "POST /v1/auth/step-up/options": {
    id: "beginStepUp",
    summary: "What a step-up takes of you",
    description: "The password only where there is no second factor.",
    bodyOptional: true,
    gives: { 200: stepUpOptionsAnswer },
  },
  "POST /v1/auth/step-up": {
    id: "stepUp",
    summary: "Prove again who you are",
    description: "For the next five minutes this session may do what asks for it.",
    takes: stepUpRequest,
    gives: { 204: null },
    refuses: [401, 429],
  },
  "GET /v1/mfa": { id: "getSecondFactors", summary: "Your second factors", gives: { 200: mfaAnswer } },
  "POST /v1/mfa/totp": {
    id: "enrolTotp",
    summary: "A secret for an authenticator app",
    description: "It counts when it is confirmed, within 15 minutes; an earlier one counts until then.",
    bodyOptional: true,
    gives: { 201: totpSecretAnswer },
  },
  "POST /v1/mfa/totp/confirm": {
    id: "confirmTotp",
    summary: "Enrol the authenticator app",
    takes: totpConfirmation,
    gives: { 200: recoveryCodesAnswer },
    refuses: [401, 429],
  },
  "DELETE /v1/mfa/totp": {
    id: "removeTotp",
    summary: "Remove the authenticator app",
    gives: { 204: null },
    refuses: [404],
  },
  "POST /v1/mfa/recovery-codes": {
    id: "makeRecoveryCodes",
    summary: "New recovery codes instead of the earlier ones",
    bodyOptional: true,
    gives: { 201: recoveryCodesAnswer },
    refuses: [404],
  },
  "GET /v1/mfa/passkeys": { id: "getPasskeys", summary: "Your passkeys", gives: { 200: passkeysAnswer } },
  "POST /v1/mfa/passkeys/options": {
    id: "beginPasskey",
    summary: "Options for making a passkey",
    bodyOptional: true,
    gives: { 200: credentialOptions },
  },
  "POST /v1/mfa/passkeys": {
    id: "addPasskey",
    summary: "Add a passkey",
    description: "The first second factor brings recovery codes.",
    takes: newPasskeyRequest,
    gives: { 201: newPasskeyAnswer },
    refuses: [401],
  },
  "DELETE /v1/mfa/passkeys/:id": {
    id: "removePasskey",
    summary: "Remove a passkey",
    path: { id: z.string() },
    gives: { 204: null },
    refuses: [404],
  },
};
