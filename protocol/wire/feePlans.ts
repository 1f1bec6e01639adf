/** Bodies and answers of the fee plan of an account. */
import * as z from "zod";
import { FEE_PLAN_NAMES } from "../../domain/fees/planNames.ts";

export const feePlanRequest = z
  .strictObject({ fee_plan: z.enum(FEE_PLAN_NAMES, { error: FEE_PLAN_NAMES.join(", ") }) })
  .meta({ id: "FeePlanRequest" });

export const feePlanWire = z
  .object({
    account_id: z.string(),
    fee_plan: z.string().nullable().describe("Null: none was set, and nothing is charged."),
    volume_30d: z.string().describe("Dollars that the account traded on the 30 days before this trading day."),
  })
  .meta({ id: "FeePlan" });
