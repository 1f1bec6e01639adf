/** Primitive schemas of requests and responses. */
import * as z from "zod";

export const decimal = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?$/)
  .meta({ format: "decimal", examples: ["100.5"] });
export const uuid = z.guid();
export const time = z.iso.datetime();
export const date = z.iso.date();
