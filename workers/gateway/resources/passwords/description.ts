/** Signing up and in with a password. */
import * as z from "zod";
import {
  changePasswordRequest,
  bootstrapRequest,
  forgotRequest,
  mailAnswer,
  mfaAnswer,
  resetAnswer,
  resetRequest,
  signInRequest,
  signUpRequest,
  userAnswer,
  verifyRequest,
} from "../../../../protocol/wire/logins.ts";
import { cookiesAnswer, tokensAnswer } from "../../../../protocol/wire/sessions.ts";
import type { Descriptions } from "../../operation.ts";

const alike = "The answer is the same whether or not the address has a login: what follows comes by mail.";
const page = { description: "a page", type: "text/html" };
const mail = z.object({ id: z.int(), at: z.int(), to: z.string(), subject: z.string(), text: z.string() });

export const PASSWORDS: Descriptions = {
  "POST /v1/auth/register": {
    id: "signUp",
    summary: "Sign up with an e-mail and a password",
    description: `${alike} The code in it is good for a day.`,
    requestBody: signUpRequest,
    responses: { 202: mailAnswer },
    errorStatuses: [429, 503],
  },
  "POST /v1/auth/verify": {
    id: "verifyEmail",
    summary: "Complete a sign-up with the code from its mail and its password",
    description:
      "The code shows who reads the mail, the password who signed up: a sign-up of somebody else with your address does not " +
      "become your login. A code stands five wrong passwords, and they wait like sign-ins.",
    requestBody: verifyRequest,
    responses: { 200: userAnswer },
    errorStatuses: [401, 429, 503],
  },
  "POST /v1/auth/login": {
    id: "signIn",
    summary: "Sign in",
    description:
      "After five failures of one e-mail the next try waits one second, then twice as long each time, up to fifteen " +
      "minutes. With `cookies` the session is in cookies that no script can read.",
    requestBody: signInRequest,
    responses: { 200: z.union([tokensAnswer, cookiesAnswer, mfaAnswer]) },
    errorStatuses: [401, 429, 503],
  },
  "POST /v1/auth/password": {
    id: "changePassword",
    summary: "Set another password, which ends every other session",
    requestBody: changePasswordRequest,
    responses: { 204: null },
    errorStatuses: [429, 503],
  },
  "POST /v1/auth/password/forgot": {
    id: "forgotPassword",
    summary: "Ask for a code that sets a new password",
    description: `${alike} The code in it is good for 30 minutes, once; asked for again it is the same code, for 30 minutes more.`,
    requestBody: forgotRequest,
    responses: { 202: mailAnswer },
    errorStatuses: [429],
  },
  "POST /v1/auth/password/reset": {
    id: "resetPassword",
    summary: "Set a new password with a code, which ends every session",
    description:
      "API keys end too, unless `keep_api_keys` says otherwise: whoever had the password until now may have made them. The answer " +
      "and a mail list those that ended and those that go on.",
    requestBody: resetRequest,
    responses: { 200: resetAnswer },
    errorStatuses: [503],
  },
  "POST /v1/admin/bootstrap": {
    id: "bootstrap",
    summary: "Make the first administrator with the bootstrap secret",
    description:
      "Once: it is closed as soon as somebody administers the exchange. Another secret, given to the deployment, opens it " +
      "once more. Where two administrators decide (FOUR_EYES) the second one can be invited at the same time.",
    publicCredential: "bootstrap",
    requestBody: bootstrapRequest,
    responses: { 201: userAnswer },
    errorStatuses: [401, 409, 503],
  },
  ...{
    "GET /account/register": { id: "signUpPage", summary: "Where a person signs up", responses: { 200: page } },
    "POST /account/register": {
      id: "signUpForm",
      summary: "Its form",
      requestBody: signUpRequest,
      form: true,
      responses: { 200: page },
    },
    "GET /account/verify": {
      id: "verifyPage",
      summary: "Where the link in the mail of a sign-up leads",
      responses: { 200: page },
    },
    "POST /account/verify": {
      id: "verifyForm",
      summary: "Its form",
      requestBody: verifyRequest,
      form: true,
      responses: { 200: page },
    },
    "GET /account/reset": {
      id: "resetPage",
      summary: "Where the link to a new password leads",
      responses: { 200: page },
    },
    "POST /account/reset": {
      id: "resetForm",
      summary: "Its form",
      requestBody: resetRequest,
      form: true,
      responses: { 200: page },
    },
    "GET /account/forgot": { id: "forgotPage", summary: "Where to ask for a new password", responses: { 200: page } },
    "POST /account/forgot": {
      id: "forgotForm",
      summary: "Its form",
      requestBody: forgotRequest,
      form: true,
      responses: { 200: page },
    },
  },
  "GET /dev/outbox": {
    id: "outboxPage",
    summary: "Mail that was not sent, to read",
    responses: { 200: page },
    errorStatuses: [404],
  },
  "GET /dev/outbox.json": {
    id: "outbox",
    summary: "Mail that was not sent (local only)",
    responses: { 200: z.array(mail) },
    errorStatuses: [404],
  },
};
