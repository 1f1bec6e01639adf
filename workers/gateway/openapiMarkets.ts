/** The part of the OpenAPI description that is about running the markets. */
import { text, decimal, time, optional, listOf, named, each, object, answers, takes, inPath } from "./openapiShapes.ts";

export const marketSchemas = {
  Market: object({
    symbol: text,
    phase: {
      enum: "pre_open opening_auction continuous halted reopening_auction closing_auction closed".split(" "),
    },
    session: { enum: ["pre", "regular", "post", "overnight", "closed"] },
    since: time,
    until: { ...optional(time), description: "when the phase ends by itself" },
    halt: optional({ enum: ["manual", "news", "luld", "breaker_1", "breaker_2", "breaker_3"] }),
    calendar: { enum: ["always", "us_equities"] },
    luld_tier: optional({ enum: [1, 2] }),
    bands: optional(object({ ...each("lower upper reference", decimal), since: time })),
    limit_state: optional(object({ side: { enum: ["upper", "lower"] }, since: time })),
    indicative: optional(
      object({
        price: optional(decimal),
        ...each("paired_qty imbalance_qty reference_price", decimal),
        imbalance_side: optional({ enum: ["buy", "sell"] }),
      }),
    ),
    last_trade: optional(object({ ...each("price qty", decimal), at: time })),
    ...each("orders accounts sequence", { type: "integer" }),
  }),
  MarketChange: object({ luld_tier: { enum: [1, 2, null] } }),
  Halt: object({ reason: { enum: ["manual", "news"], default: "manual" }, until: optional(time) }, []),
  Resume: object({ call_seconds: { type: "integer", minimum: 1, maximum: 3_600, default: 10 } }, []),
  Breaker: {
    oneOf: [
      object({ level: { enum: [1, 2, 3] } }),
      object({ index: object({ base: { type: "number" }, value: { type: "number" } }) }),
    ],
  },
  BreakerOutcome: object({
    level: { enum: [1, 2, 3] },
    ...each("halted not_due unreached", listOf(text)),
  }),
};

const market = answers(200, "how the market stands", named("Market"));

export const marketPaths = {
  "/v1/admin/symbols/{symbol}": {
    get: { parameters: [inPath("symbol")], responses: market },
    patch: { parameters: [inPath("symbol")], requestBody: takes(named("MarketChange")), responses: market },
  },
  "/v1/admin/symbols/{symbol}/halt": {
    post: { parameters: [inPath("symbol")], requestBody: takes(named("Halt")), responses: market },
  },
  "/v1/admin/symbols/{symbol}/resume": {
    post: { parameters: [inPath("symbol")], requestBody: takes(named("Resume")), responses: market },
  },
  "/v1/admin/market/breaker": {
    post: {
      requestBody: takes(named("Breaker")),
      responses: {
        ...answers(207, "some books were not reached", named("BreakerOutcome")),
        ...answers(200, "what became of every share", named("BreakerOutcome")),
      },
    },
  },
};
