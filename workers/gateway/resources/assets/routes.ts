import { assetToWire, findAsset } from "../../../../protocol/mapping/assets.ts";
import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readAssetFilter } from "../../../../protocol/mapping/assets.ts";
import { audienceOf } from "../../context.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

const NAME_MAX = 36;

/** What is traded: the same for everybody. */
export const assetsResource = defineResource("assets", ACCESS, {
  "/v2/assets": {
    GET: (c) => {
      const found = unwrap(readAssetFilter(new URL(c.req.url).searchParams, audienceOf(c) === "ccxt"));
      return c.json(found.map(assetToWire));
    },
  },

  "/v2/assets/:asset": {
    GET: (c) => {
      const name = c.req.param("asset");
      const instrument = findAsset(name);
      if (instrument === undefined) throw new ApiFault({ reason: "no_such_asset", symbol: name.slice(0, NAME_MAX) });
      return c.json(assetToWire(instrument));
    },
  },
});
