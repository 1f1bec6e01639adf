/** What a refused order is told, and the largest size that would pass. */
import { ApiError, errorText } from "../api/error.ts";
import { REFUSALS } from "../text/en/refusals.ts";

export interface Refused {
  readonly text: string;
  readonly reason: string;
  /** The largest size that would pass, as it may be sent; null when the refusal is of another kind. */
  readonly largest: { readonly unit: "qty" | "notional"; readonly amount: string } | null;
}

/** A refusal of the catalogue, with its facts. */
export function refusalOf(body: Readonly<Record<string, unknown>>): Refused {
  const reason = typeof body["reason"] === "string" ? body["reason"] : "";
  const words = REFUSALS[reason];
  const own = [body["message"], body["detail"]].find((text) => typeof text === "string") ?? reason;
  const text = words === undefined ? own : typeof words === "string" ? words : words(body);
  return { text, reason, largest: largestOf(body) };
}

/** The refusal of a request that failed. */
export function refusedBy(error: unknown): Refused {
  return error instanceof ApiError ? refusalOf(error.body) : { text: errorText(error), reason: "", largest: null };
}

function largestOf(body: Readonly<Record<string, unknown>>): Refused["largest"] {
  const { max_qty: qty, max_notional: notional } = body;
  if (typeof qty === "string") return { unit: "qty", amount: qty };
  return typeof notional === "string" ? { unit: "notional", amount: notional } : null;
}
