import { packBars } from "../../../../domain/market/bars/packedBars.ts";
import { tapeIndexObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { logEvent } from "../../../../protocol/log/logEvent.ts";
import { readBackfill } from "../../../../protocol/mapping/backfill.ts";
import { BODY_BYTES_MAX } from "../../../../protocol/wire/backfill.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJson } from "../../body.ts";
import { namedInstrument } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Bars of the time before a symbol traded here. For administrators. */
export const historyResource = defineResource("history", ACCESS, {
  "/v1/admin/history/:symbol/bars": {
    PUT: async (c) => {
      const { symbol } = await namedInstrument(c, c.req.param("symbol"));
      const body = await readJson(c.req.raw, BODY_BYTES_MAX);
      const { period, source, bars } = unwrap(readBackfill(symbol, body, c.var.receivedAt));
      const facts = { period, source, first: bars[0]?.at ?? null, last: bars.at(-1)?.at ?? null, bars: bars.length };
      const done = await recordAdminAction(c, "history.filled", symbol, facts, async () => {
        const value = await ask(() => tapeIndexObject(c.env, symbol).putBars({ period, source, bars: packBars(bars) }));
        return { value, facts: { ...value } };
      });
      const { userId } = c.var.caller.principal;
      const { requestId } = c.var;
      logEvent("gateway", "history.filled", { requestId, userId, symbol, period, barSource: source, ...done });
      return c.json({ symbol, ...done });
    },
  },
});
