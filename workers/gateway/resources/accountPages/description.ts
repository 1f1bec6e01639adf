import { forgotRequest, resetRequest, signUpRequest, verifyRequest } from "../../../../protocol/wire/logins.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const page = { description: "a page", type: "text/html" };

export const description: Descriptions<typeof ACCESS> = {
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
};
