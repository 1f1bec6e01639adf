import { expect, test } from "vitest";
import type { Api } from "../api.ts";
import { type BarsRequest, seedPast } from "./seedPast.ts";

test("DV-32: a past of which a start was cut off is given again whole, and a whole one is not", async () => {
  const put: BarsRequest[] = [];
  let failsAt = 3;
  const api = {
    history: () => Promise.resolve(put.map(({ timeframe }) => ({ timeframe }))),
    putBars: (_admin: unknown, _symbol: string, request: BarsRequest) => {
      if (--failsAt === 0) return Promise.reject(new Error("stopped"));
      put.push(request);
      return Promise.resolve();
    },
  } as unknown as Api;
  const seed = () => seedPast(api, {} as never, ["BTC/USD"]);
  await expect(seed()).rejects.toThrow("stopped");
  const first = [...put];
  expect(first).toHaveLength(2);
  expect(await seed()).toBe(1);
  const whole = put.slice(first.length);
  expect(whole).toEqual(expect.arrayContaining(first));
  expect(new Set(whole.map(({ timeframe }) => timeframe))).toEqual(new Set(["1Day", "1Min"]));
  expect(await seed()).toBe(0);
});
