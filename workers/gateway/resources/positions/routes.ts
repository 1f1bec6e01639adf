import { closePositionQuery, closePositionsQuery } from "../../../../protocol/wire/closing.ts";
import { closingOf } from "../../../../protocol/mapping/closing.ts";
import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import { orderToWire } from "../../../../protocol/mapping/orders.ts";
import { accountOf, openAccountOf } from "../../accounts.ts";
import { closedEntry } from "../../commandEntries.ts";
import { answerWhole } from "../../commonHeaders.ts";
import { type AppContext, clientInfoOf, orderDeadlineOf } from "../../context.ts";
import { valuedPositions } from "../../valuation.ts";
import { queryOf } from "../../query.ts";
import { idempotencyKeyOf } from "../../idempotencyKey.ts";
import { instrumentsOf } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Positions of the caller's account, and closing them. */
export const positionsResource = defineResource("positions", ACCESS, {
  "/v2/positions": {
    GET: async (c) => {
      const view = await openAccountOf(c);
      return answerWhole(c, await valuedPositions(c.env, view, view.positions));
    },

    DELETE: async (c) => {
      const { cancel_orders: first } = queryOf(c, closePositionsQuery);
      const { principal } = c.var.caller;
      const closed = await accountOf(c).closePositions(principal, first, clientInfoOf(c), orderDeadlineOf(c));
      return answerWhole(
        c,
        closed.map((each) => closedEntry(c, each)),
        207,
      );
    },
  },

  "/v2/positions/:asset": {
    GET: async (c) => {
      const { view, position } = await positionOf(c);
      return c.json((await valuedPositions(c.env, view, [position]))[0]);
    },

    DELETE: async (c) => {
      refuseEmptyPart(c);
      const asked = queryOf(c, closePositionQuery);
      const instrument = (await instrumentsOf(c.env)).find(c.req.param("asset"));
      if (instrument === undefined) throw new ApiFault({ reason: "position_not_found" });
      const closing = unwrap(closingOf(instrument.symbol, asked, idempotencyKeyOf(c)));
      const { principal } = c.var.caller;
      const [first, deadline] = [asked.cancel_orders, orderDeadlineOf(c)];
      const outcome = await accountOf(c).closePosition(principal, closing, first, clientInfoOf(c), deadline);
      return answerWhole(c, orderToWire(unwrap(outcome)));
    },
  },
});

/** An empty parameter counts as left out, which here would close all of the position. */
function refuseEmptyPart(c: AppContext): void {
  for (const parameter of ["qty", "percentage"]) {
    if (c.req.query(parameter) !== "") continue;
    throw new ApiFault({ reason: "query_invalid", parameter, expected: "a decimal number" });
  }
}

/** The position of the path; ends the request when there is none. */
async function positionOf(c: AppContext) {
  const instrument = (await instrumentsOf(c.env)).find(c.req.param("asset") ?? "");
  const view = await openAccountOf(c);
  const position = view.positions.find(({ symbol }) => symbol === instrument?.symbol);
  if (position === undefined) throw new ApiFault({ reason: "position_not_found" });
  return { view, position };
}
