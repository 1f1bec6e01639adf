import * as z from "zod";
import { cookiesAnswer, tokensAnswer } from "../../../../protocol/wire/sessions.ts";
import {
  credentialOptions,
  mfaAnswer,
  mfaRequest,
  newPasskeyAnswer,
  newPasskeyRequest,
  passkeySignInRequest,
  passkeysAnswer,
  recoveryCodesAnswer,
  stepUpOptionsAnswer,
  stepUpRequest,
  totpConfirmation,
  totpSecretAnswer,
} from "../../../../protocol/wire/mfa.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "POST /v1/auth/mfa": {
    id: "finishSignIn",
    summary: "Finish a sign-in with a second factor",
    description:
      "A challenge is good for five minutes and five wrong answers. After wrong answers the next waits: 429.",
    requestBody: mfaRequest,
    responses: { 200: z.union([tokensAnswer, cookiesAnswer]) },
    errorStatuses: [401, 429],
  },
  "POST /v1/auth/passkey/options": {
    id: "beginPasskeySignIn",
    summary: "Options for signing in with a passkey alone",
    description: "The same for everybody: the device finds the passkey. Good for five minutes, once.",
    requestBodyOptional: true,
    responses: { 200: credentialOptions },
  },
  "POST /v1/auth/passkey": {
    id: "signInByPasskey",
    summary: "Sign in with a passkey alone",
    requestBody: passkeySignInRequest,
    responses: { 200: z.union([tokensAnswer, cookiesAnswer]) },
    errorStatuses: [401],
  },
  "POST /v1/auth/step-up/options": {
    id: "beginStepUp",
    summary: "Options for a step-up",
    description: "The password is accepted only without a second factor.",
    requestBodyOptional: true,
    responses: { 200: stepUpOptionsAnswer },
  },
  "POST /v1/auth/step-up": {
    id: "stepUp",
    summary: "Step up: authenticate again",
    description: "For the next five minutes this session may do what needs a step-up.",
    requestBody: stepUpRequest,
    responses: { 204: null },
    errorStatuses: [401, 429],
  },
  "GET /v1/mfa": { id: "getSecondFactors", summary: "Your second factors", responses: { 200: mfaAnswer } },
  "POST /v1/mfa/totp": {
    id: "enrolTotp",
    summary: "A secret for an authenticator app",
    description: "It is active once confirmed, within 15 minutes; an earlier one is active until then.",
    requestBodyOptional: true,
    responses: { 201: totpSecretAnswer },
  },
  "POST /v1/mfa/totp/confirm": {
    id: "confirmTotp",
    summary: "Enrol the authenticator app",
    requestBody: totpConfirmation,
    responses: { 200: recoveryCodesAnswer },
    errorStatuses: [401, 429],
  },
  "DELETE /v1/mfa/totp": {
    id: "removeTotp",
    summary: "Remove the authenticator app",
    responses: { 204: null },
    errorStatuses: [404],
  },
  "POST /v1/mfa/recovery-codes": {
    id: "makeRecoveryCodes",
    summary: "New recovery codes instead of the earlier ones",
    requestBodyOptional: true,
    responses: { 201: recoveryCodesAnswer },
    errorStatuses: [404],
  },
  "GET /v1/mfa/passkeys": { id: "getPasskeys", summary: "Your passkeys", responses: { 200: passkeysAnswer } },
  "POST /v1/mfa/passkeys/options": {
    id: "beginPasskey",
    summary: "Options for making a passkey",
    requestBodyOptional: true,
    responses: { 200: credentialOptions },
  },
  "POST /v1/mfa/passkeys": {
    id: "addPasskey",
    summary: "Add a passkey",
    description: "The first second factor brings recovery codes.",
    requestBody: newPasskeyRequest,
    responses: { 201: newPasskeyAnswer },
    errorStatuses: [401],
  },
  "DELETE /v1/mfa/passkeys/:id": {
    id: "removePasskey",
    summary: "Remove a passkey",
    path: { id: z.string() },
    responses: { 204: null },
    errorStatuses: [404],
  },
};
