import { assetToWire } from "../../../../protocol/mapping/assets.ts";
import { unwrap } from "../../../../protocol/http/apiFault.ts";
import { readAssetFilter } from "../../../../protocol/mapping/assets.ts";
import { audienceOf } from "../../context.ts";
import { instrumentsOf, namedInstrument } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** What is traded: the same for everybody. */
export const assetsResource = defineResource("assets", ACCESS, {
  "/v2/assets": {
    GET: async (c) => {
      const query = new URL(c.req.url).searchParams;
      const found = unwrap(readAssetFilter(query, audienceOf(c) === "ccxt", await instrumentsOf(c.env)));
      return c.json(found.map(assetToWire));
    },
  },

  "/v2/assets/:asset": {
    GET: async (c) => c.json(assetToWire(await namedInstrument(c, c.req.param("asset")))),
  },
});
