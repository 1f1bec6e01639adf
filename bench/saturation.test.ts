import { expect, test } from "vitest";
import { findSaturation, stepOf } from "./saturation.ts";

/** An exchange that takes `capacity` orders a second: what is offered beyond that waits. */
function queueing(capacity: number) {
  const offers: number[] = [];
  const measure = (rate: number) => {
    offers.push(rate);
    const orders = rate * 5;
    const drainMs = Math.max(0, (orders / capacity - 5) * 1000);
    const latencies = Float64Array.from({ length: 100 }, (_, i) => 5 + (drainMs * i) / 100);
    const result = { orders, ordersInTime: 0, cancels: 0, errors: [], errorCount: 0, latencies, drainMs };
    return Promise.resolve(stepOf(result, 5));
  };
  return { offers, measure };
}

test("the offered rate rises until it is no longer followed", async () => {
  const { offers, measure } = queueing(130);
  const { saturation, steps } = await findSaturation(100, measure);
  expect(saturation?.achieved).toBeCloseTo(130);
  expect(steps.at(-1)?.followed).toBe(false);
  expect(offers).toEqual(offers.toSorted((a, b) => a - b));
});

test("a rate that is not followed is tried once more before it counts", async () => {
  const exchange = queueing(130);
  let hiccups = 1;
  const { saturation } = await findSaturation(100, async (rate) => {
    const step = await exchange.measure(rate);
    return rate === 75 && hiccups-- > 0 ? { ...step, followed: false } : step;
  });
  expect(saturation?.achieved).toBeCloseTo(130);
  expect(exchange.offers.filter((rate) => rate === 75)).toHaveLength(2);
});

test("when even the first rate is too much, lower ones are tried", async () => {
  const { saturation } = await findSaturation(100, queueing(35).measure);
  expect(saturation?.achieved).toBeCloseTo(30);
});

test("an exchange that follows nothing has no saturation", async () => {
  expect((await findSaturation(100, queueing(1).measure)).saturation).toBeNull();
});

test("a step with errors is not followed, however fast it was", () => {
  const latencies = Float64Array.of(1, 2, 3);
  const step = stepOf(
    { orders: 500, ordersInTime: 500, cancels: 0, errors: ["503"], errorCount: 1, latencies, drainMs: 1 },
    5,
  );
  expect(step.followed).toBe(false);
});
