import * as z from "zod";
import { wireFeed } from "../../../../protocol/wire/feeds.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/admin/feeds": {
    id: "listFeeds",
    summary: "Feeds of externally priced symbols: state, circuit breaker, counts",
    responses: { 200: z.array(wireFeed) },
  },
};
