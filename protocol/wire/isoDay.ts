/** A day of a query. */
import * as z from "zod";
import { dayOf, isoDate } from "../../domain/market/newYork.ts";

const dateError = "a date such as 2026-11-20";

/** A day, as a number since 1970-01-01, from a date or the date part of an ISO time. */
export const isoDay = z
  .string({ error: dateError })
  .regex(/^\d{4}-\d\d-\d\d(?:T.{1,40})?$/, { error: dateError })
  .transform((text) => text.slice(0, 10))
  .transform((text) => ({
    text,
    day: dayOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))),
  }))
  .refine(({ text, day }) => isoDate(day) === text, { error: dateError })
  .transform(({ day }) => day);
