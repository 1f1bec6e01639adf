/** GET /v1/admin/fees/house: fees that house accounts have received. */
import * as z from "zod";
import { REGIONS } from "../ids/region.ts";
import { isoDay } from "./isoDay.ts";
import { date, decimal } from "./primitives.ts";

/** Days when the query names none, and at most. */
export const HOUSE_DAYS_DEFAULT = 31;
const HOUSE_DAYS_MAX = 366;
export const HOUSE_RANGE = `a date from since on, at most ${HOUSE_DAYS_MAX} days in all`;

/** Whether days may be asked for at once. */
export const isHouseRange = (since: number, until: number): boolean => until >= since && until - since < HOUSE_DAYS_MAX;

export const houseFeesQuery = z
  .strictObject({
    region: z
      .enum(REGIONS, { error: REGIONS.join(" or ") })
      .nullable()
      .default(null)
      .meta({
        description: "both when left out",
      }),
    since: isoDay.nullable().default(null).meta({ type: "string", format: "date", description: "trading day" }),
    until: isoDay
      .nullable()
      .default(null)
      .meta({
        type: "string",
        format: "date",
        description: `today when left out; at most ${HOUSE_DAYS_MAX} days from \`since\` on`,
      }),
  })
  .refine(({ since, until }) => since === null || until === null || isHouseRange(since, until), {
    path: ["until"],
    error: HOUSE_RANGE,
  });

const amounts = {
  total: decimal,
  exchange: decimal.meta({ description: "fees of the exchange, less rebates" }),
  regulatory: z.record(z.string(), decimal).meta({ description: "fees that are passed on to regulators, by code" }),
};

export const houseFeesWire = z
  .object({
    balance: z.object(amounts).meta({ description: "received on all days, not only those listed" }),
    days: z
      .array(
        z.object({
          date,
          ...amounts,
          accounts: z.int().meta({ description: "how many accounts have sent fees of this day" }),
        }),
      )
      .meta({ description: "trading days with fees, newest first" }),
  })
  .meta({ id: "HouseFees" });
export type WireHouseFees = Readonly<z.infer<typeof houseFeesWire>>;
