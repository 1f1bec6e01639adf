/** Indicators over the bars of a symbol. */
import { Hono } from "hono";
import { INDICATORS } from "../../../domain/indicators/catalogue.ts";
import { indicatorToWire } from "../../../protocol/mapping/indicators.ts";
import type { QuotesHono } from "../context.ts";

export const indicators = new Hono<QuotesHono>();

indicators.get("/", (c) => c.json({ indicators: INDICATORS.map(indicatorToWire) }));
