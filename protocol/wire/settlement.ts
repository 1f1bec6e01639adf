/** The answer about settled and unsettled cash. */
import * as z from "zod";
import { date, decimal } from "./primitives.ts";

export const settlementWire = z
  .object({
    as_of: date.meta({ description: "the trading day of now" }),
    settled: decimal.meta({ description: "settled cash, held or not; below zero: purchases exceed all cash" }),
    unsettled: z
      .array(z.object({ settles_on: date, amount: decimal }))
      .describe("Proceeds that have not settled, by settlement day."),
    withdrawable: decimal.meta({ description: "settled, and not needed by open orders and pending withdrawals" }),
    buying_power: decimal.meta({ description: "what purchases of shares may use" }),
    coin_buying_power: decimal.meta({ description: "what purchases of coins may use: settled cash" }),
    exempt: z.boolean().describe("The owner is a market maker: violations are not counted."),
    violations: z
      .array(z.object({ date, kind: z.enum(["good_faith", "free_riding", "liquidation"]) }))
      .describe("Of the last twelve months, at most those that restrict."),
    restricted_through: date.nullable().meta({ description: "the last day on which purchases need settled cash" }),
  })
  .meta({ id: "Settlement" });
export type WireSettlement = Readonly<z.infer<typeof settlementWire>>;
