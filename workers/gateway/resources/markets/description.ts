import { breakerRequest, haltRequest, marketChange, resumeRequest } from "../../../../protocol/wire/marketControl.ts";
import { wireBreaker, wireMarket } from "../../../../protocol/wire/market.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const symbol = { path: { symbol: "AAPL" } };

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/admin/symbols/:symbol": {
    id: "getMarket",
    summary: "State of a market",
    responses: { 200: wireMarket },
    errorStatuses: [404],
    example: symbol,
  },
  "PATCH /v1/admin/symbols/:symbol": {
    id: "changeMarket",
    summary: "Set or remove the price bands of a market",
    requestBody: marketChange,
    responses: { 200: wireMarket },
    errorStatuses: [404, 409],
    example: { ...symbol, body: { luld_tier: 1 } },
  },
  "POST /v1/admin/symbols/:symbol/halt": {
    id: "haltMarket",
    summary: "Halt a market",
    requestBody: haltRequest,
    requestBodyOptional: true,
    responses: { 200: wireMarket },
    errorStatuses: [404, 409],
    example: { ...symbol, body: { reason: "news" } },
  },
  "POST /v1/admin/symbols/:symbol/resume": {
    id: "resumeMarket",
    summary: "End a halt with a reopening auction",
    requestBody: resumeRequest,
    requestBodyOptional: true,
    responses: { 200: wireMarket },
    errorStatuses: [404, 409],
    example: { ...symbol, body: { call_seconds: 10 } },
  },
  "POST /v1/admin/market/breaker": {
    id: "tripBreaker",
    summary: "Trip the market-wide circuit breaker",
    requestBody: breakerRequest,
    responses: { 200: wireBreaker, 207: wireBreaker },
    example: { body: { level: 1 } },
  },
};
