/** The HTTP API of the classic exchange: places and cancels limit orders. */
import express from "express";
import type { Express, NextFunction, Request, Response } from "express";
import jwt from "jsonwebtoken";
import * as z from "zod";
import type { Book } from "./book.ts";
import { Refused } from "./store.ts";
import type { Store } from "./store.ts";

const NewOrder = z.object({
  symbol: z.string().regex(/^[A-Z./]{1,10}$/),
  side: z.enum(["buy", "sell"]),
  type: z.literal("limit"),
  time_in_force: z.literal("gtc"),
  qty: z.string().regex(/^[1-9]\d{0,8}$/),
  limit_price: z.string().regex(/^\d{1,7}(\.\d{1,4})?$/),
  client_order_id: z.string().min(1).max(48),
});
const OrderId = z.string().regex(/^\d{1,18}$/);

/** Prices are integers of 1/10,000 dollar. */
const PRICE_UNITS = 10_000;

/** The API on a store and a book; access tokens are signed with `secret` (HS256), their subject is the account. */
export function classicApp(store: Store, book: Book, secret: string): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");

  app.get("/health", (_request, response) => void response.json({ status: "ok" }));

  app.use((request, response, next) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    try {
      const claims = jwt.verify(token, secret, { algorithms: ["HS256"] }) as jwt.JwtPayload;
      response.locals["accountId"] = Number(claims.sub);
    } catch {
      response.status(401).json({ code: "unauthorized" });
      return;
    }
    next();
  });

  app.post("/orders", express.json(), async (request, response) => {
    const parsed = NewOrder.safeParse(request.body);
    if (!parsed.success) return void response.status(422).json({ code: "invalid_order", issues: parsed.error.issues });
    const { symbol, side, client_order_id: clientOrderId } = parsed.data;
    const [price, quantity] = [Math.round(Number(parsed.data.limit_price) * PRICE_UNITS), Number(parsed.data.qty)];
    const order = { accountId: accountOf(response), clientOrderId, symbol, side, price, quantity };
    const id = await store.place(order);
    const { rest, fills } = await book.match(id, order);
    if (fills.length > 0) await store.settle(id, order, fills);
    const status = rest === 0 ? "filled" : fills.length > 0 ? "partially_filled" : "new";
    response.json({ id, ...parsed.data, filled_qty: String(quantity - rest), status });
  });

  app.delete("/orders/:id", async (request, response) => {
    const id = OrderId.safeParse(request.params.id);
    const accountId = accountOf(response);
    const order = id.success ? await store.find(id.data, accountId) : null;
    if (!id.success || order === null) return void response.status(404).json({ code: "order_not_found" });
    const rest = await book.cancel(order.symbol, id.data, order.side);
    if (rest === 0) return void response.status(422).json({ code: "order_closed" });
    await store.release(id.data, accountId, order, rest);
    response.status(204).end();
  });

  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof Refused) return void response.status(422).json({ code: error.code });
    console.error(error);
    response.status(500).json({ code: "internal_error" });
  });
  return app;
}

function accountOf(response: Response): number {
  return Number(response.locals["accountId"]);
}
