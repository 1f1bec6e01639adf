/** Indicators inside workerd. */
import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { INDICATORS } from "../../domain/indicators/catalogue.ts";

// The generated types know the bindings and not the entry module.
const { ForGateway: quotes } = exports as unknown as { readonly ForGateway: Fetcher };

it("MD-84: lists the catalogue", async () => {
  const headers = { "x-principal": "{}" };
  const answer = await quotes.fetch(new Request("https://exchange.test/v1/indicators", { headers }));
  expect(answer.status).toBe(200);
  const { indicators } = await answer.json<{ indicators: { name: string }[] }>();
  expect(indicators.map(({ name }) => name)).toEqual(INDICATORS.map(({ name }) => name));
});
