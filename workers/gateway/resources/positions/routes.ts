import { compactSymbol } from "../../../../protocol/mapping/assets.ts";
import { closePositionQuery, closePositionsQuery } from "../../../../protocol/wire/closing.ts";
import { closingTicket } from "../../../../protocol/mapping/closing.ts";
import { wireError } from "../../../../protocol/errors/catalogue.ts";
import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import { orderToWire } from "../../../../protocol/mapping/orders.ts";
import type { PositionView } from "../../../../protocol/rpc/account.ts";
import { accountOf, openAccountOf } from "../../accounts.ts";
import { answerWhole } from "../../commonHeaders.ts";
import { type AppContext, audienceOf, clientInfoOf, orderDeadlineOf } from "../../context.ts";
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
      if (first) await accountOf(c).cancelAllOrders(c.var.caller.principal, clientInfoOf(c));
      const { positions } = await openAccountOf(c);
      return c.json(await Promise.all(positions.map((position) => closeEntry(c, position))), 207);
    },
  },

  "/v2/positions/:asset": {
    GET: async (c) => {
      const { view, position } = await positionOf(c);
      return c.json((await valuedPositions(c.env, view, [position]))[0]);
    },

    DELETE: async (c) => {
      const asked = queryOf(c, closePositionQuery);
      const { position } = await positionOf(c);
      const ticket = unwrap(closingTicket(position, asked, idempotencyKeyOf(c)));
      const { principal } = c.var.caller;
      return c.json(
        orderToWire(unwrap(await accountOf(c).submitOrder(principal, ticket, clientInfoOf(c), orderDeadlineOf(c)))),
      );
    },
  },
});

/** The position of the path; ends the request when there is none. */
async function positionOf(c: AppContext) {
  const instrument = (await instrumentsOf(c.env)).find(c.req.param("asset") ?? "");
  const view = await openAccountOf(c);
  const position = view.positions.find(({ symbol }) => symbol === instrument?.symbol);
  if (position === undefined) throw new ApiFault({ reason: "position_not_found" });
  return { view, position };
}

/** Closes a position; returns the element of the response. One failure does not hide the others. */
async function closeEntry(c: AppContext, position: PositionView) {
  const symbol = compactSymbol(position.symbol);
  const ticket = unwrap(closingTicket(position, {}, null));
  const { principal } = c.var.caller;
  try {
    const outcome = await accountOf(c).submitOrder(principal, ticket, clientInfoOf(c), orderDeadlineOf(c));
    if (outcome.ok) return { symbol, status: 200, body: orderToWire(outcome.value) };
    return { symbol, ...wireError(outcome.refusal, audienceOf(c)) };
  } catch (thrown) {
    if (!(thrown instanceof ApiFault)) throw thrown;
    return { symbol, ...wireError(thrown.error, audienceOf(c)) };
  }
}
