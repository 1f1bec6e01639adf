import type { UserId } from "../../../../domain/ids.ts";
import type * as z from "zod";
import { breakerLevel } from "../../../../domain/market/breaker.ts";
import { orderBookObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, detailOf, unwrap } from "../../../../protocol/http/apiFault.ts";
import { breakerRequest, haltRequest, marketChange, resumeRequest } from "../../../../protocol/wire/marketControl.ts";
import { marketToWire } from "../../../../protocol/mapping/markets.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import type { MarketView, OrderBookRpc } from "../../../../protocol/rpc/orderBook.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJsonIfAny } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import type { LogFacts } from "../../../../protocol/log/events.ts";
import { logEvent } from "../../../../protocol/log/logEvent.ts";
import { instrumentsOf, namedInstrument } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Halts, resumptions, price bands and the market-wide circuit breaker. For administrators. */
export const marketsResource = defineResource("markets", ACCESS, {
  "/v1/admin/symbols/:symbol": {
    GET: async (c) => {
      const { book } = await bookOf(c, c.req.param("symbol"));
      return c.json(marketToWire(await ask(() => book.status())));
    },
    PATCH: async (c) => {
      const { symbol, book } = await bookOf(c, c.req.param("symbol"));
      const { luld_tier: tier } = await bodyOf(c, marketChange);
      return change(c, "market.configured", symbol, { tier }, () => book.configure(tier), "market_closed");
    },
  },

  "/v1/admin/symbols/:symbol/halt": {
    POST: async (c) => {
      const { symbol, book } = await bookOf(c, c.req.param("symbol"));
      const { reason, until = null } = await bodyOf(c, haltRequest);
      if (until !== null && until <= c.var.receivedAt) throw new ApiFault({ reason: "body_field", field: "until" });
      return change(c, "market.halted", symbol, { reason, until }, () => book.halt(reason, until), "market_closed");
    },
  },

  "/v1/admin/symbols/:symbol/resume": {
    POST: async (c) => {
      const { symbol, book } = await bookOf(c, c.req.param("symbol"));
      const { call_seconds: seconds } = await bodyOf(c, resumeRequest);
      return change(c, "market.resumed", symbol, { seconds }, () => book.resume(seconds * 1_000), "market_not_halted");
    },
  },

  /** Halts every share, not the coins: the breaker is a rule of the stock market. */
  "/v1/admin/market/breaker": {
    POST: async (c) => {
      const asked = await bodyOf(c, breakerRequest);
      const level = "level" in asked ? asked.level : breakerLevel(asked.index.base, asked.index.value);
      const listed = (await instrumentsOf(c.env)).all.filter(({ status }) => status === "active");
      const shares = listed.filter(({ assetClass }) => assetClass === "us_equity").map(({ symbol }) => symbol);
      const trip = async (symbol: string) => (level === 0 ? null : orderBookObject(c.env, symbol).breaker(level));
      const tripAll = () =>
        Promise.all(
          shares.map(async (symbol) => {
            try {
              return { symbol, came: (await trip(symbol)) === null ? "not_due" : "halted" };
            } catch (error) {
              logEvent("gateway", "market.unreached", {
                requestId: c.var.requestId,
                symbol,
                detail: detailOf(error),
              });
              return { symbol, came: "unreached" };
            }
          }),
        );
      const answer = await recordAdminAction(c, "market.breaker", "market", { level }, async () => {
        const outcomes = await tripAll();
        const those = (which: string): string[] =>
          outcomes.flatMap(({ symbol, came }) => (came === which ? [symbol] : []));
        const value = { level, halted: those("halted"), not_due: those("not_due"), unreached: those("unreached") };
        return { value, facts: value };
      });
      const { halted, not_due, unreached } = answer;
      logEvent("gateway", "market.breaker", {
        ...actorOf(c),
        symbol: "market",
        breakerLevel: level,
        halted,
        not_due,
        unreached,
      });
      return c.json(answer, answer.unreached.length > 0 ? 207 : 200);
    },
  },
});

/** The book of a listed symbol; calling an unknown one would create it. */
async function bookOf(c: AppContext, name: string): Promise<{ readonly symbol: string; readonly book: OrderBookRpc }> {
  const { symbol } = await namedInstrument(c, name);
  return { symbol, book: orderBookObject(c.env, symbol) };
}

async function bodyOf<S extends z.ZodType>(c: AppContext, schema: S): Promise<z.output<S>> {
  return unwrap(readBody(schema, await readJsonIfAny(c.req.raw)));
}

/**
 * Carries out and records a change of a market. Returns the market after it; refuses as `otherwise` when the change
 * does not apply.
 */
async function change<E extends "market.configured" | "market.halted" | "market.resumed">(
  c: AppContext,
  event: E,
  symbol: string,
  facts: LogFacts<E>,
  work: () => Promise<MarketView | null>,
  otherwise: "market_closed" | "market_not_halted",
): Promise<Response> {
  const view = await recordAdminAction(c, event, symbol, facts, async () => {
    const value = await ask(work);
    if (value === null) throw new ApiFault({ reason: otherwise });
    return { value };
  });
  logEvent("gateway", event, { ...facts, ...actorOf(c), symbol });
  return c.json(marketToWire(view));
}

/** Who changed a market, and by which request. */
function actorOf(c: AppContext): { readonly requestId: string; readonly userId: UserId } {
  return { requestId: c.var.requestId, userId: c.var.caller.principal.userId };
}
