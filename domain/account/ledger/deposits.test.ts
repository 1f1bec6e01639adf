import { expect, test } from "vitest";
import { shareWorld } from "../../../test/model/shareWorld.ts";
import { SEEDED } from "../../market/listing.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { decideDeposit } from "./deposits.ts";

const BOUGHT = Date.UTC(2019, 4, 6, 15);

test("AC-96: deposited shares keep the date and cost of their purchase, in the trail and the activities too", () => {
  const { a, clock } = shareWorld();
  const deposit = (reference: string, lot?: { readonly acquiredAt?: number; readonly cost?: string }) => {
    const asked = { reference, symbol: "AAPL", amount: "2.5", ...(lot === undefined ? {} : { lot }) };
    const { entries, outcome } = decideDeposit(a.state(), asked, undefined, { by: "admin" }, NO_ORIGIN, SEEDED);
    a.apply(...entries);
    return outcome.ok;
  };
  const atReference = Math.round(2.5 * (SEEDED.find("AAPL")?.referencePrice ?? 0));
  expect([
    deposit("now"),
    deposit("dated", { acquiredAt: BOUGHT }),
    deposit("cheap", { acquiredAt: BOUGHT + 1, cost: "12.3456" }),
    deposit("free", { cost: "0" }),
  ]).toEqual([true, true, true, true]);
  expect(a.lots()).toEqual([
    [2, BOUGHT, 2_500_000, atReference, "transferred"],
    [3, BOUGHT + 1, 2_500_000, 123_456, "transferred"],
    [1, clock.now, 2_500_000, atReference, "transferred"],
    [4, clock.now, 2_500_000, 0, "transferred"],
  ]);
  a.check();
  a.order("sale", "sell", "5");
  a.fill("sale", 2_000_000);
  const rows = a.out.audits.at(-1)?.body["lots"] as unknown[][];
  expect(rows.map((row) => [row[0], row[5]])).toEqual([
    [2, "long"],
    [3, "long"],
  ]);
  a.check();
});
