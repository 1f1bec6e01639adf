import { calendarNamed } from "../../../../domain/market/calendar.ts";
import { calendarToWire, readCalendarQuery } from "../../../../protocol/mapping/calendar.ts";
import { clockToWire } from "../../../../protocol/mapping/clock.ts";
import { clocksToWire, marketCalendarToWire } from "../../../../protocol/mapping/marketClock.ts";
import { clocksQuery, marketCalendarQuery } from "../../../../protocol/wire/marketClock.ts";
import { queryOf } from "../../query.ts";
import { unwrap } from "../../../../protocol/http/apiFault.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The market's clock and its trading days: the same for everybody. */
export const calendarResource = defineResource("calendar", ACCESS, {
  "/v2/clock": {
    GET: (c) => c.json(clockToWire(calendarNamed(c.env.MARKET_CALENDAR), Date.now())),
  },

  "/v2/calendar": {
    GET: (c) => {
      const query = unwrap(readCalendarQuery(new URL(c.req.url).searchParams));
      return c.json(calendarToWire(calendarNamed(c.env.MARKET_CALENDAR), query, Date.now()));
    },
  },

  "/v3/clock": {
    GET: (c) => {
      const query = queryOf(c, clocksQuery);
      return c.json(unwrap(clocksToWire(calendarNamed(c.env.MARKET_CALENDAR), query, Date.now())));
    },
  },

  "/v3/calendar/:market": {
    GET: (c) => {
      const query = queryOf(c, marketCalendarQuery);
      const calendar = calendarNamed(c.env.MARKET_CALENDAR);
      return c.json(unwrap(marketCalendarToWire(calendar, c.req.param("market"), query, Date.now())));
    },
  },
});
