/** Errors of requests for more cash or shares than there are. */
import type { InsufficientTransferable, Refusal } from "../../domain/account/entry/refusal.ts";
import { CASH } from "../../domain/account/ledger/ledger.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { isoDate } from "../../domain/market/newYork.ts";
import { largestFacts } from "./risk.ts";

/** The client that a text is worded for: ccxt recognises a lack of funds only by the text for crypto. */
export type Audience = "alpaca" | "ccxt";

type Row = readonly [status: number, code: number, message: string, facts: Readonly<Record<string, unknown>>];
type Refused<R extends Refusal["reason"]> = Extract<Refusal, { reason: R }>;

type Reason = "insufficient_transferable" | "insufficient_settled_cash" | "insufficient_buying_power";
/** Of cash for an order or withdrawal, or of what a transfer moves. */
export type Shortage = Refused<Reason>;

const REASONS: ReadonlySet<string> = new Set<Reason>([
  "insufficient_transferable",
  "insufficient_settled_cash",
  "insufficient_buying_power",
]);

export function isShortage(error: { readonly reason: string }): error is Shortage {
  return REASONS.has(error.reason);
}

/** Status, code, text and facts of a shortage. */
export function shortageRow(error: Shortage, audience: Audience): Row {
  if (error.reason === "insufficient_transferable") return insufficientTransferable(error);
  if (error.reason === "insufficient_settled_cash") return insufficientSettledCash(error, audience);
  return insufficientBuyingPower(error, audience);
}

function insufficientBuyingPower(error: Refused<"insufficient_buying_power">, audience: Audience): Row {
  const power = formatDecimal(error.buyingPower, PRICE_DECIMALS);
  const cost = formatDecimal(error.costBasis, PRICE_DECIMALS);
  const message =
    audience === "ccxt"
      ? `insufficient balance for USD (requested: ${cost}, available: ${power})`
      : "insufficient buying power";
  return [403, 40310000, message, { buying_power: power, cost_basis: cost, ...largestFacts(error.largest) }];
}

function insufficientSettledCash(error: Refused<"insufficient_settled_cash">, audience: Audience): Row {
  const settled = formatDecimal(error.available, PRICE_DECIMALS);
  const cost = formatDecimal(error.needed, PRICE_DECIMALS);
  const message =
    audience === "ccxt"
      ? `insufficient balance for USD (requested: ${cost}, available: ${settled})`
      : "insufficient settled cash";
  const through = error.through === null ? null : isoDate(error.through);
  return [403, 40310000, message, { settled_cash: settled, cost_basis: cost, through, ...largestFacts(error.largest) }];
}

/** A transfer of cash or shares: what it needs, what may leave the account, and the most that would pass. */
function insufficientTransferable(error: InsufficientTransferable): Row {
  const { asset, through } = error;
  const decimals = asset === CASH ? PRICE_DECIMALS : assetOf(asset).qtyDecimals;
  const text = (amount: number): string => formatDecimal(amount, decimals);
  const [needed, available] = [text(error.needed), text(error.available)];
  const facts = {
    ...(asset === CASH ? {} : { symbol: asset }),
    needed,
    available,
    [asset === CASH ? "max_amount" : "max_qty"]: text(error.most),
    held_for_orders: text(error.held),
    unsettled: text(error.unsettled),
    through: through === null ? null : isoDate(through),
  };
  return [403, 40310000, `insufficient ${asset} to transfer (requested: ${needed}, available: ${available})`, facts];
}
