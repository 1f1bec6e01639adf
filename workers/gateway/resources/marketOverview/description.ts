import { marketOverview } from "../../../../protocol/wire/overview.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/market/overview": {
    id: "marketOverview",
    summary: "The market at a glance, without a session",
    description: "Every listed symbol, up to 40, as it was at most a second ago. Sparks are up to a minute old.",
    responses: { 200: marketOverview },
    example: {},
  },
};
