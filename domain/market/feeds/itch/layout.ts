/**
 * The messages of Nasdaq TotalView-ITCH 5.0: fields after the type, in their order. All integers are big-endian, texts
 * are padded with spaces, prices have four decimals (`price8`: eight).
 */

/** `u<n>` an unsigned integer of n bytes, `a<n>` a text, `price4` and `price8` an integer of that many decimals. */
type FieldKind = "u2" | "u4" | "u6" | "u8" | "a1" | "a2" | "a4" | "a8" | "price4" | "price8";

export type Layout = readonly (readonly [name: string, kind: FieldKind])[];

/** Every message begins with these. The time is in nanoseconds since midnight in New York. */
const HEAD = [
  ["locate", "u2"],
  ["tracking", "u2"],
  ["timestamp", "u6"],
] as const satisfies Layout;

const ORDER = [
  ["ref", "u8"],
  ["side", "a1"],
  ["shares", "u4"],
  ["stock", "a8"],
  ["price", "price4"],
] as const satisfies Layout;

export const LAYOUTS = {
  /** System event. */
  S: [...HEAD, ["event", "a1"]],
  /** Stock directory. */
  R: [
    ...HEAD,
    ["stock", "a8"],
    ["marketCategory", "a1"],
    ["financialStatus", "a1"],
    ["roundLotSize", "u4"],
    ["roundLotsOnly", "a1"],
    ["issueClassification", "a1"],
    ["issueSubType", "a2"],
    ["authenticity", "a1"],
    ["shortSaleThreshold", "a1"],
    ["ipoFlag", "a1"],
    ["luldTier", "a1"],
    ["etpFlag", "a1"],
    ["etpLeverage", "u4"],
    ["inverse", "a1"],
  ],
  /** Stock trading action. */
  H: [...HEAD, ["stock", "a8"], ["state", "a1"], ["reserved", "a1"], ["reason", "a4"]],
  /** Reg SHO short sale restriction. */
  Y: [...HEAD, ["stock", "a8"], ["action", "a1"]],
  /** Market participant position. */
  L: [...HEAD, ["mpid", "a4"], ["stock", "a8"], ["primary", "a1"], ["mode", "a1"], ["state", "a1"]],
  /** Market-wide breaker: its levels, and which one was reached. */
  V: [...HEAD, ["level1", "price8"], ["level2", "price8"], ["level3", "price8"]],
  W: [...HEAD, ["level", "a1"]],
  /** Quoting period of an IPO. */
  K: [...HEAD, ["stock", "a8"], ["releaseTime", "u4"], ["qualifier", "a1"], ["price", "price4"]],
  /** Collar of the auction after a pause (LULD). */
  J: [...HEAD, ["stock", "a8"], ["reference", "price4"], ["upper", "price4"], ["lower", "price4"], ["extension", "u4"]],
  /** Operational halt. */
  h: [...HEAD, ["stock", "a8"], ["market", "a1"], ["action", "a1"]],
  /** New order, without and with the name of its participant. */
  A: [...HEAD, ...ORDER],
  F: [...HEAD, ...ORDER, ["mpid", "a4"]],
  /** Execution at the order's price, and at another one. */
  E: [...HEAD, ["ref", "u8"], ["shares", "u4"], ["match", "u8"]],
  C: [...HEAD, ["ref", "u8"], ["shares", "u4"], ["match", "u8"], ["printable", "a1"], ["price", "price4"]],
  /** Cancel of a part, delete, replace. */
  X: [...HEAD, ["ref", "u8"], ["shares", "u4"]],
  D: [...HEAD, ["ref", "u8"]],
  U: [...HEAD, ["ref", "u8"], ["newRef", "u8"], ["shares", "u4"], ["price", "price4"]],
  /** Trade against an order that is not displayed, cross, broken trade. */
  P: [...HEAD, ...ORDER, ["match", "u8"]],
  Q: [...HEAD, ["shares", "u8"], ["stock", "a8"], ["price", "price4"], ["match", "u8"], ["cross", "a1"]],
  B: [...HEAD, ["match", "u8"]],
  /** Net order imbalance. */
  I: [
    ...HEAD,
    ["paired", "u8"],
    ["imbalance", "u8"],
    ["direction", "a1"],
    ["stock", "a8"],
    ["far", "price4"],
    ["near", "price4"],
    ["reference", "price4"],
    ["cross", "a1"],
    ["variation", "a1"],
  ],
  /** Retail interest. */
  N: [...HEAD, ["stock", "a8"], ["interest", "a1"]],
  /** Direct listing with capital raise: price discovery. */
  O: [
    ...HEAD,
    ["stock", "a8"],
    ["openEligible", "a1"],
    ["lowest", "price4"],
    ["highest", "price4"],
    ["near", "price4"],
    ["nearTime", "u8"],
    ["lowerCollar", "price4"],
    ["upperCollar", "price4"],
  ],
} as const satisfies Readonly<Record<string, Layout>>;

export type ItchType = keyof typeof LAYOUTS;

type ValueOf<K> = K extends "u8" | "price8" ? bigint : K extends `a${string}` ? string : number;
type FieldsOf<L> = L extends Layout ? { readonly [F in L[number] as F[0]]: ValueOf<F[1]> } : never;

/** A message of a type, by the names of its fields. Integers of eight bytes are bigint. */
export type ItchMessageOf<T extends ItchType> = { readonly type: T } & FieldsOf<(typeof LAYOUTS)[T]>;
export type ItchMessage = { [T in ItchType]: ItchMessageOf<T> }[ItchType];

/** The bytes of a field. */
export function sizeOf(kind: FieldKind): number {
  return kind === "price4" ? 4 : kind === "price8" ? 8 : Number(kind.slice(1));
}
