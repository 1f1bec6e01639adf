import { meAnswer } from "../../../../protocol/wire/sessions.ts";
import { personChange, wirePerson } from "../../../../protocol/wire/privacy.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "PATCH /v1/me": {
    id: "changeMe",
    summary: "Change my name or country",
    requestBody: personChange,
    responses: { 200: wirePerson },
    example: { body: { country: "DE" } },
  },
  "GET /v1/me": { id: "me", summary: "The caller's login and session", responses: { 200: meAnswer } },
};
