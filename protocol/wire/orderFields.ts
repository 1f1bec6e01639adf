/** Schemas of the fields of order requests. */
import * as z from "zod";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";

/** The longest text in any field of an order request. */
export const FIELD_LENGTH_MAX = 256;

export const text = plainText(FIELD_LENGTH_MAX);
export const word = text.nullish();
export const words = (known: readonly string[]) => word.meta({ examples: [...known] });
export const noted = <S extends z.ZodType>(schema: S, description: string): S => schema.meta({ description });
export const amount = decimalInput.nullish();
export const flag = z.boolean().nullish();
