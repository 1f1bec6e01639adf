import * as z from "zod";
import {
  changePasswordRequest,
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
import type { ACCESS } from "./access.ts";

const alike = "The answer is the same whether or not the address has a login: what follows comes by mail.";

export const description: Descriptions<typeof ACCESS> = {
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
    summary: "Complete a sign-up with the code from its e-mail and the password",
    description:
      "The code proves who reads the e-mail, the password who signed up: a sign-up of somebody else with your address does not " +
      "become your login. A code allows five wrong passwords, which are throttled like sign-ins.",
    requestBody: verifyRequest,
    responses: { 200: userAnswer },
    errorStatuses: [401, 429, 503],
  },
  "POST /v1/auth/login": {
    id: "signIn",
    summary: "Sign in",
    description:
      "After five failures of one e-mail the next attempt waits one second, then twice as long each time, up to fifteen " +
      "minutes. With `cookies` the session is in cookies that no script can read.",
    requestBody: signInRequest,
    responses: { 200: z.union([tokensAnswer, cookiesAnswer, mfaAnswer]) },
    errorStatuses: [401, 429, 503],
  },
  "POST /v1/auth/password": {
    id: "changePassword",
    summary: "Change the password, which ends every other session",
    requestBody: changePasswordRequest,
    responses: { 204: null },
    errorStatuses: [429, 503],
  },
  "POST /v1/auth/password/forgot": {
    id: "forgotPassword",
    summary: "Request a code for a new password",
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
};
