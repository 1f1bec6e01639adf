import { ASSET_CLASSES } from "../../../../domain/market/asset.ts";
import { feedObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ask } from "../../../../protocol/http/apiFault.ts";
import { feedToWire } from "../../../../protocol/mapping/feeds.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The connections to upstreams, for administrators. */
export const feedsResource = defineResource("feeds", ACCESS, {
  "/v1/admin/feeds": {
    GET: async (c) => {
      const feeds = ASSET_CLASSES.map((assetClass) => feedObject(c.env, assetClass).status());
      return c.json((await ask(() => Promise.all(feeds))).map(feedToWire));
    },
  },
});
