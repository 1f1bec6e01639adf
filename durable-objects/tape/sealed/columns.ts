/** Columns of Parquet files: integers of a stated number of decimals, which lose nothing on the way. */
import type { SchemaElement } from "hyparquet";

/** A column and its values, as the writer takes them. */
export interface Column {
  readonly element: SchemaElement;
  readonly values: unknown[];
  readonly encoding?: "DELTA_BINARY_PACKED";
}

/** Decimal digits of an integer of 64 bits, and of one of 128. */
const DIGITS_64 = 18;
const DIGITS_128 = 38;
const BYTES_128 = 16;

export function integer(name: string): SchemaElement {
  return { name, type: "INT64", repetition_type: "REQUIRED" };
}

/** Epoch milliseconds. */
export function time(name: string): SchemaElement {
  return {
    name,
    type: "INT64",
    repetition_type: "REQUIRED",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  };
}

/** An integer of 10^-scale, of at most 18 digits. */
export function decimal(name: string, scale: number): SchemaElement {
  return {
    name,
    type: "INT64",
    repetition_type: "REQUIRED",
    converted_type: "DECIMAL",
    logical_type: { type: "DECIMAL", precision: DIGITS_64, scale },
    precision: DIGITS_64,
    scale,
  };
}

/** An integer of 10^-scale, of at most 38 digits: sums. */
export function largeDecimal(name: string, scale: number): SchemaElement {
  return {
    name,
    type: "FIXED_LEN_BYTE_ARRAY",
    type_length: BYTES_128,
    repetition_type: "REQUIRED",
    converted_type: "DECIMAL",
    logical_type: { type: "DECIMAL", precision: DIGITS_128, scale },
    precision: DIGITS_128,
    scale,
  };
}

export function boolean(name: string): SchemaElement {
  return { name, type: "BOOLEAN", repetition_type: "REQUIRED" };
}

/** A text, or null. */
export function optionalText(name: string): SchemaElement {
  return {
    name,
    type: "BYTE_ARRAY",
    repetition_type: "OPTIONAL",
    converted_type: "UTF8",
    logical_type: { type: "STRING" },
  };
}

/** The integer of 128 bits of a value that was read; its highest byte is the first. */
export function integerOfBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return BigInt.asIntN(8 * BYTES_128, value);
}
