import { expect, test } from "vitest";
import { contributions } from "./contribution.ts";
import { modifiedDietz, moneyWeightedReturn } from "./moneyWeighted.ts";
import { maximumDrawdown } from "./risk.ts";
import { priceReturn, totalReturn } from "./simple.ts";
import { heldShareValues } from "./splits.ts";
import { account, day, dollars, flows, position, valuations, valueOf } from "./testing.ts";
import { timeWeightedReturn } from "./timeWeighted.ts";

// Cases that users of github.com/ghostfolio/ghostfolio dispute with its authors. Each test says what this exchange
// answers and why. Figures are those of the thread unless a comment says that they are made up after it.

/**
 * #2997 "Incorrect holding performance calculation": 17,819.85 invested, worth 20,344.53. The tracker shows 21.73 %,
 * its time-weighted return, beside a gain of 2,432.81; the user expects 20,344.53 / 17,819.85 - 1 = 14.16 %. We answer
 * both, by name: the price return is gain over invested capital, and 2,432.81 is the gain after 91.87 of fees (that
 * the difference is fees is our reading). The dates and the second purchase are made up.
 */
test("PF-21: ghostfolio #2997, a gain is a share of what was invested, and TWR is another figure", () => {
  const fund = position(
    valuations(["2022-01-02", 0], ["2022-01-03", 7_819.85], ["2023-01-02", 9_500], ["2024-02-12", 20_344.53]),
    [
      ...flows("capital", ["2022-01-03", 7_819.85], ["2023-01-03", 10_000]),
      ...flows("fee", ["2022-01-03", 41.87], ["2023-01-03", 50]),
    ],
  );
  expect(priceReturn(fund)).toMatchObject({
    value: 2_524.68 / 17_819.85,
    derivation: { gain: dollars(2_524.68), invested: dollars(17_819.85) },
  });
  expect(totalReturn(fund)).toMatchObject({
    value: 2_432.81 / 17_819.85,
    derivation: { gain: dollars(2_432.81), fees: dollars(91.87) },
  });
  expect(valueOf(timeWeightedReturn(fund, { basis: "price" }))).toBeCloseTo(
    (9_500 / 7_819.85) * (20_344.53 / 19_500) - 1,
    12,
  );
});

/**
 * #2823 "Wrong Percentual Gross Performance since new year": 2.01 % became another figure when the tracker went over to
 * TWR. The thread has no flows, so these are made up to give 2.01 %: a small sum gains 10 %, then most of the money
 * comes and gains 1 %. Each figure is right for its question, so all are answered side by side and none is replaced.
 */
test("PF-21 PF-22: ghostfolio #2823, a change of the method does not change a figure that has a name", () => {
  const fund = account(
    valuations(["2023-01-02", 0], ["2023-01-03", 1_000], ["2023-07-03", 1_100], ["2024-01-03", 10_201]),
    flows("capital", ["2023-01-03", 1_000], ["2023-07-04", 9_000]),
  );
  expect(valueOf(priceReturn(fund))).toBeCloseTo(0.0201, 12);
  expect(valueOf(totalReturn(fund))).toBeCloseTo(0.0201, 12);
  expect(valueOf(timeWeightedReturn(fund))).toBeCloseTo(1.1 * 1.01 - 1, 12);
  expect(valueOf(moneyWeightedReturn(fund))).toBeCloseTo(0.0367, 4);
});

/**
 * #3416 "Total performance calculation wrong - seems to calculate old holdings": 8 shares bought and sold, later bought
 * again twice, and the tracker shows -248 %; the user counts about -76 % on what is held. The export is gone, so prices
 * are made up: a round trip that wins 20, then a loss of 76 % of 500. No return of shares is below -100 %; the old
 * trade counts with its gain, and not with the shares that it no longer has.
 */
test("PF-21 PF-22: ghostfolio #3416, a past trade cannot make a loss of more than everything", () => {
  const share = position(
    valuations(
      ["2021-01-03", 0],
      ["2021-01-04", 120],
      ["2021-06-01", 0],
      ["2023-01-03", 0],
      ["2023-01-04", 300],
      ["2023-05-02", 400],
      ["2024-05-15", 120],
    ),
    flows("capital", ["2021-01-04", 120], ["2021-06-01", -140], ["2023-01-04", 300], ["2023-05-02", 200]),
  );
  const held = {
    ...share,
    valuations: share.valuations.filter((valuation) => valuation.day >= day("2023-01-03")),
  };
  expect(valueOf(priceReturn(held))).toBeCloseTo(-0.76, 12);
  expect(valueOf(priceReturn(share))).toBeCloseTo((20 - 380) / 480, 12);
  // 140/120, then 400/500 with the second purchase, then 120/400; nothing was invested in between.
  expect(valueOf(timeWeightedReturn(share))).toBeCloseTo((140 / 120) * (400 / 500) * (120 / 400) - 1, 12);
  const lost = valueOf(moneyWeightedReturn(share));
  expect(lost).toBeLessThan(0);
  expect(lost).toBeGreaterThan(-1);
});

/**
 * #4041 "percentage is wrong in case of multiple purchases of same asset": the user expects the average of the gains
 * of each purchase, weighted by its cost, and sees 44 %. That average is gain over invested capital, which we answer.
 * The purchases are made up.
 */
test("PF-21: ghostfolio #4041, the price return is the average of the purchases, weighted by cost", () => {
  const cost = [100, 150, 180];
  const price = 160;
  const fund = position(
    valuations(["2022-01-02", 0], ["2022-01-03", 100], ["2023-01-03", 300], ["2024-01-03", 540], ["2024-11-11", 480]),
    flows("capital", ["2022-01-03", 100], ["2023-01-03", 150], ["2024-01-03", 180]),
  );
  const average = cost.reduce((sum, paid) => sum + paid * (price / paid - 1), 0) / 430;
  expect(valueOf(priceReturn(fund))).toBeCloseTo(average, 12);
  expect(average).toBeCloseTo(50 / 430, 12);
});

/**
 * #5451 "Incorrect Performance % when dividends are received before later buys": 1 share at 10.80 with a fee of 2.00,
 * dividends of 0.27, then 14 shares at 12.00 with a fee of 2.00; worth 174.30. The tracker shows -60.47 %, the user
 * expects -8.50 / 182.80 = -4.65 %. Our total return has the dividend in the gain and the fees out of the invested
 * capital: (174.30 - 178.80 + 0.27 - 4.00) / 178.80 = -4.60 %. The first share alone pays its fee in TWR: 10.80 of
 * value for 12.80, which is why a TWR of so small a start is no figure for the whole.
 */
test("PF-21 PF-24: ghostfolio #5451, a dividend on one share does not distort the return of fifteen", () => {
  const share = position(
    valuations(["2024-12-19", 0], ["2024-12-20", 10.8], ["2025-04-17", 11], ["2025-08-29", 180], ["2025-09-02", 174.3]),
    [
      ...flows("capital", ["2024-12-20", 10.8], ["2025-08-29", 168]),
      ...flows("fee", ["2024-12-20", 2], ["2025-08-29", 2]),
      ...flows("income", ["2025-04-17", 0.27]),
    ],
  );
  expect(priceReturn(share)).toMatchObject({ value: -4.5 / 178.8 });
  expect(totalReturn(share)).toMatchObject({
    value: -8.23 / 178.8,
    derivation: { income: dollars(0.27), fees: dollars(4), invested: dollars(178.8) },
  });
  // Modified Dietz divides by the average capital, which is small: most of the money was there for four days.
  expect(valueOf(modifiedDietz(share))).toBeCloseTo(-8.23 / 16.03, 2);
  expect(valueOf(timeWeightedReturn(share, { basis: "price" }))).toBeCloseTo(
    (11 / 10.8) * (180 / 179) * (174.3 / 180) - 1,
    12,
  );
});

/**
 * #5793 "Wrong performance calculation": two funds with 26,019.66 and 4,511.46 invested and gains of 1,371.86 and
 * 612.79. The tracker adds 8.71 % x 84.24 % and 19.98 % x 15.76 % to 10.54 %, the user expects 1,984.65 / 30,531.12 =
 * 6.5 %. Our contributions are gains over the same capital, so that they sum to the return of the whole.
 */
test("PF-27: ghostfolio #5793, the contributions of two funds sum to the return of the portfolio", () => {
  const from = "2025-01-02";
  const to = "2025-10-19";
  const portfolio = position(valuations([from, 30_531.12], [to, 32_515.77]));
  const result = contributions(
    portfolio,
    new Map([
      ["first", position(valuations([from, 26_019.66], [to, 27_391.52]))],
      ["second", position(valuations([from, 4_511.46], [to, 5_124.25]))],
    ]),
  );
  if ("reason" in result) throw new Error(result.reason);
  const [first, second] = result.positions.map(({ figure }) => Number(valueOf(figure)));
  expect(first).toBeCloseTo(1_371.86 / 30_531.12, 12);
  expect(second).toBeCloseTo(612.79 / 30_531.12, 12);
  expect((first ?? 0) + (second ?? 0)).toBeCloseTo(0.065, 4);
  expect(valueOf(priceReturn(portfolio))).toBeCloseTo(0.065, 4);
  expect(result.residualGain).toBe(0);
});

/**
 * #5996 "Wrong watchlist performance for NFLX after 10:1 split": the tracker takes the split for a fall by 90 %. The
 * value of a share that is held is multiplied with the split. Effective 2025-11-17; the prices are made up.
 */
test("PF-28: ghostfolio #5996, a split is no loss", () => {
  const prices = valuations(
    ["2025-11-13", 1_154.2],
    ["2025-11-14", 1_112.2],
    ["2025-11-17", 110.3],
    ["2025-11-28", 107.6],
  );
  const held = heldShareValues(prices, [{ day: day("2025-11-17"), from: 1, to: 10 }]);
  expect(held.map(({ value }) => value)).toEqual([1_154.2, 1_112.2, 1_103, 1_076].map(dollars));
  expect(valueOf(priceReturn(account(held)))).toBeCloseTo(1_076 / 1_154.2 - 1, 12);
  expect(valueOf(maximumDrawdown(account(held)))).toBeCloseTo(1_076 / 1_154.2 - 1, 12);
  expect(valueOf(priceReturn(account(prices)))).toBeCloseTo(-0.9068, 4);
});

/**
 * #7468 "Add Total Return metrics including dividends": price return and total return as two figures, the second
 * (current value + dividends - fees - invested capital) / invested capital. That is our formula; the amounts are made
 * up. For an account its cash contains the dividends, and the answer is the same.
 */
test("PF-21: ghostfolio #7468, price return and total return differ by income and fees", () => {
  const dates = { buy: "2025-01-02", dividend: "2025-06-30", fee: "2025-12-30", end: "2026-01-02" };
  const all = [
    ...flows("capital", [dates.buy, 10_000]),
    ...flows("income", [dates.dividend, 350]),
    ...flows("fee", [dates.fee, 40]),
  ];
  const share = position(valuations(["2025-01-01", 0], [dates.buy, 10_000], [dates.end, 10_200]), all);
  const whole = { ...account(valuations(["2025-01-01", 0], [dates.buy, 10_000], [dates.end, 10_510])), flows: all };
  for (const series of [share, whole]) {
    expect(valueOf(priceReturn(series))).toBeCloseTo(0.02, 12);
    expect(valueOf(totalReturn(series))).toBeCloseTo(0.051, 12);
  }
});
