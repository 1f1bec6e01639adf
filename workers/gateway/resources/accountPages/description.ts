import { forgotRequest, resetRequest, signUpRequest, verifyRequest } from "../../../../protocol/wire/logins.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const page = { description: "a page", type: "text/html" };

export const description: Descriptions<typeof ACCESS> = {
  "GET /account/register": { id: "signUpPage", summary: "Sign-up page", responses: { 200: page } },
  "POST /account/register": {
    id: "signUpForm",
    summary: "The form of that page",
    requestBody: signUpRequest,
    form: true,
    responses: { 200: page },
  },
  "GET /account/verify": {
    id: "verifyPage",
    summary: "Page of the link in a sign-up e-mail",
    responses: { 200: page },
  },
  "POST /account/verify": {
    id: "verifyForm",
    summary: "The form of that page",
    requestBody: verifyRequest,
    form: true,
    responses: { 200: page },
  },
  "GET /account/reset": {
    id: "resetPage",
    summary: "Page of the link to a new password",
    responses: { 200: page },
  },
  "POST /account/reset": {
    id: "resetForm",
    summary: "The form of that page",
    requestBody: resetRequest,
    form: true,
    responses: { 200: page },
  },
  "GET /account/forgot": { id: "forgotPage", summary: "Page to request a new password", responses: { 200: page } },
  "POST /account/forgot": {
    id: "forgotForm",
    summary: "The form of that page",
    requestBody: forgotRequest,
    form: true,
    responses: { 200: page },
  },
};
