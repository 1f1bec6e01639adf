import { bootstrapRequest, userAnswer } from "../../../../protocol/wire/logins.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
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
};
