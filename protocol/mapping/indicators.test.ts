import { expect, test } from "vitest";
import { INDICATORS, indicatorNamed } from "../../domain/indicators/catalogue.ts";
import { indicatorQuery, indicatorToWire, pageToken, readIndicatorQuery } from "./indicators.ts";
import { wireIndicator } from "../wire/indicators.ts";

const NOW = 1_764_000_000_000;

function read(name: string, query: string) {
  const definition = indicatorNamed(name);
  if (definition === undefined) throw new Error(`no indicator ${name}`);
  return readIndicatorQuery(definition, new URLSearchParams(query), NOW);
}

const bars = "symbol=AAPL&timeframe=1Min";

test("MD-83: a query has defaults, and times in milliseconds", () => {
  expect(read("macd", `${bars}&start=2026-11-20T15:00:00.0005Z&end=2026-11-20&limit=7&fast=5`)).toEqual({
    ok: true,
    value: {
      symbol: "AAPL",
      timeframe: { unit: "minute", count: 1 },
      timeframeText: "1Min",
      from: Date.parse("2026-11-20T15:00:00.001Z"),
      to: Date.parse("2026-11-20T00:00:00Z"),
      limit: 7,
      carried: 0,
      parameters: { fast: 5, slow: 26, signal: 9 },
    },
  });
  expect(read("sma", bars)).toMatchObject({ value: { from: null, to: NOW, limit: 100, parameters: { period: 20 } } });
});

test.each([
  ["sma", "timeframe=1Min", "symbol", "a symbol"],
  ["sma", "symbol=AAPL", "timeframe", expect.stringContaining("1Min to 59Min")],
  ["sma", "symbol=AAPL&timeframe=90Min", "timeframe", expect.stringContaining("1Min to 59Min")],
  ["sma", `${bars}&period=0`, "period", "a whole number from 1 to 500"],
  ["sma", `${bars}&period=501`, "period", "a whole number from 1 to 500"],
  ["sma", `${bars}&period=2.5`, "period", "a whole number from 1 to 500"],
  ["bollinger", `${bars}&deviations=-1`, "deviations", "0.1 to 10"],
  ["macd", `${bars}&fast=26`, "fast", "fast must be less than slow"],
  ["vwap", "symbol=AAPL&timeframe=1Day", "timeframe", "bars shorter than a day"],
  ["sma", `${bars}&limit=1001`, "limit", "1 to 1000"],
  ["sma", `${bars}&page_token=x`, "page_token", "the next_page_token of the page before"],
  ["sma", `${bars}&start=yesterday`, "start", "a date or an RFC 3339 time"],
])("MD-83: %s refuses ?%s", (name, query, parameter, expected) => {
  expect(read(name, query)).toEqual({ ok: false, error: { reason: "query_invalid", parameter, expected } });
});

test("MD-83: a parameter of another indicator is refused", () => {
  expect(read("sma", `${bars}&fast=3`)).toMatchObject({
    error: { reason: "unknown_parameter", name: "fast", nearest: null },
  });
  expect(read("sma", `${bars}&perod=3`)).toMatchObject({ error: { reason: "unknown_parameter", nearest: "period" } });
});

test("MD-83: a page token is read as it was written", () => {
  const place = { at: 1_764_000_000_000, carried: -12.5 };
  expect(read("obv", `${bars}&page_token=${pageToken(place)}`)).toMatchObject({
    value: { from: place.at, carried: place.carried },
  });
});

test("MD-83: the catalogue and the description of the query have every parameter of every indicator", () => {
  const described = new Set(Object.keys(indicatorQuery.shape));
  for (const definition of INDICATORS) {
    const wire = indicatorToWire(definition);
    expect(wireIndicator.parse(wire)).toEqual(wire);
    expect(wire.parameters.map(({ name }) => name).filter((name) => !described.has(name))).toEqual([]);
    for (const { name, default: value } of wire.parameters) {
      const query = `symbol=AAPL&timeframe=1Min&${name}=${value}`;
      expect([definition.name, read(definition.name, query).ok]).toEqual([definition.name, true]);
    }
  }
});
