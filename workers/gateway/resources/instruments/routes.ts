import type { Instrument } from "../../../../domain/market/instrument.ts";
import type { InstrumentChange } from "../../../../domain/market/instrumentChange.ts";
import { instrumentRegistryObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { logEvent } from "../../../../protocol/log/logEvent.ts";
import {
  changeFromBody,
  FIELD_OF,
  instrumentToWire,
  listingFromBody,
} from "../../../../protocol/mapping/instruments.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJson } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import { instrumentsOf, namedInstrument } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** What is listed: new symbols, ticks and lots, and delistings. For administrators. */
export const instrumentsResource = defineResource("instruments", ACCESS, {
  "/v1/admin/instruments": {
    POST: async (c) => decide(c, "instrument.listed", unwrap(listingFromBody(await readJson(c.req.raw))), 201),
  },

  "/v1/admin/instruments/:symbol": {
    GET: async (c) => {
      const name = c.req.param("symbol");
      const known = (await instrumentsOf(c.env)).find(name);
      const symbol = known?.symbol ?? name;
      const decided = await ask(() => instrumentRegistryObject(c.env).decided(symbol));
      if (decided !== null) return c.json(instrumentToWire(decided));
      return c.json(instrumentToWire({ instrument: known ?? (await namedInstrument(c, name)), inForce: true }));
    },

    PATCH: async (c) => {
      const { symbol, qtyDecimals } = await decidedInstrument(c, c.req.param("symbol"));
      const change = unwrap(changeFromBody(symbol, qtyDecimals, await readJson(c.req.raw)));
      return decide(c, "instrument.changed", change, 200);
    },

    DELETE: async (c) => {
      const { symbol } = await decidedInstrument(c, c.req.param("symbol"));
      return decide(c, "instrument.delisted", { kind: "delist", symbol }, 200);
    },
  },
});

/** What `price_source` can be where FEED_SOURCE is "none". */
const NO_FEED = "own, because this exchange follows no feed";

/** The instrument that an administrator names. The registry is asked when the list is too old to have it. */
async function decidedInstrument(c: AppContext, name: string): Promise<Instrument> {
  const known = (await instrumentsOf(c.env)).find(name);
  if (known !== undefined) return known;
  const decided = await ask(() => instrumentRegistryObject(c.env).decided(name));
  return decided?.instrument ?? namedInstrument(c, name);
}

/** Has the registry decide, and leaves a trace of who asked for it; 202 while its book does not have it yet. */
async function decide(
  c: AppContext,
  event: "instrument.listed" | "instrument.changed" | "instrument.delisted",
  change: InstrumentChange,
  status: 200 | 201,
): Promise<Response> {
  const { symbol } = change;
  const { userId } = c.var.caller.principal;
  const decided = await recordAdminAction(c, event, symbol, { ...change }, async () => {
    const outcome = await ask(() => instrumentRegistryObject(c.env).change(change, userId));
    if (outcome.ok) return { value: outcome, facts: { version: outcome.instrument.version } };
    const { refusal } = outcome;
    switch (refusal.reason) {
      case "already_listed":
        throw new ApiFault({ reason: "already_listed" });
      case "delisted":
        throw new ApiFault({ reason: "delisted" });
      case "not_listed":
        throw new ApiFault({ reason: "no_such_asset", symbol });
      case "no_feed":
        throw new ApiFault({ reason: "body_field", field: "price_source", expected: NO_FEED });
      case "invalid":
        throw new ApiFault({ reason: "body_field", field: FIELD_OF[refusal.field] });
    }
  });
  logEvent("gateway", event, { requestId: c.var.requestId, userId, symbol, version: decided.instrument.version });
  return c.json(instrumentToWire(decided), decided.inForce ? status : 202);
}
