import { Hono } from "hono";
import { calendarNamed } from "../../../../domain/market/calendar.ts";
import { assetToWire, findAsset, readAssetFilter } from "../../../../protocol/mapping/assets.ts";
import { calendarToWire, readCalendarQuery } from "../../../../protocol/mapping/calendar.ts";
import { clockToWire } from "../../../../protocol/mapping/clock.ts";
import { type AppEnv, audienceOf } from "../../context.ts";
import { ApiFault, wellFormed } from "../../../../protocol/http/apiFault.ts";
import { resource } from "../../resource.ts";

const NAME_MAX = 36;

/** What is traded, and when: the same for everybody. */
export const assetRoutes = new Hono<AppEnv>();

resource(assetRoutes, "/v2/assets", {
  GET: (c) => {
    const found = wellFormed(readAssetFilter(new URL(c.req.url).searchParams, audienceOf(c) === "ccxt"));
    return c.json(found.map(assetToWire));
  },
});

resource(assetRoutes, "/v2/assets/:asset", {
  GET: (c) => {
    const name = c.req.param("asset");
    const instrument = findAsset(name);
    if (instrument === undefined) throw new ApiFault({ reason: "no_such_asset", symbol: name.slice(0, NAME_MAX) });
    return c.json(assetToWire(instrument));
  },
});

resource(assetRoutes, "/v2/clock", {
  GET: (c) => c.json(clockToWire(calendarNamed(c.env.MARKET_CALENDAR), Date.now())),
});

resource(assetRoutes, "/v2/calendar", {
  GET: (c) => {
    const query = wellFormed(readCalendarQuery(new URL(c.req.url).searchParams));
    return c.json(calendarToWire(calendarNamed(c.env.MARKET_CALENDAR), query, Date.now()));
  },
});
