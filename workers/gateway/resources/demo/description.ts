import { demoOffer } from "../../../../protocol/wire/demo.ts";
import { cookiesAnswer } from "../../../../protocol/wire/sessions.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/demo": {
    id: "demoOffer",
    summary: "Whether visitors may try the exchange with a demo account",
    responses: { 200: demoOffer },
    example: {},
  },
  "POST /v1/demo": {
    id: "beginDemo",
    summary: "Begin a demo: a guest's login with a paper account, for our own pages",
    description:
      "The session is in cookies that no script can read. A guest has one paper account, no password and no mailbox, and nothing " +
      "that needs a step-up; the login is erased after some days. Few a day for each network.",
    responses: { 200: cookiesAnswer },
    errorStatuses: [403, 404, 409, 429, 503],
  },
};
