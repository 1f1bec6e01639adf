import { tradingDayOf } from "../../../../domain/market/session.ts";
import { houseObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../../../protocol/http/apiFault.ts";
import { housesOf } from "../../../../protocol/ids/residency.ts";
import { REGIONS } from "../../../../protocol/ids/region.ts";
import { houseFeesToWire } from "../../../../protocol/mapping/houseFees.ts";
import { HOUSE_DAYS_DEFAULT, HOUSE_RANGE, houseFeesQuery, isHouseRange } from "../../../../protocol/wire/houseFees.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The fees that the house has received, for administrators and auditors. */
export const houseFeesResource = defineResource("houseFees", ACCESS, {
  "/v1/admin/fees/house": {
    GET: async (c) => {
      const query = queryOf(c, houseFeesQuery);
      const until = query.until ?? tradingDayOf(Date.now());
      const since = query.since ?? until - HOUSE_DAYS_DEFAULT + 1;
      if (!isHouseRange(since, until)) {
        throw new ApiFault({ reason: "query_invalid", parameter: "until", expected: HOUSE_RANGE });
      }
      const views = REGIONS.filter((region) => query.region === null || region === query.region)
        .flatMap(housesOf)
        .map((name) => ask(() => houseObject(c.env, name).fees(since, until)));
      return c.json(houseFeesToWire(await Promise.all(views)));
    },
  },
});
