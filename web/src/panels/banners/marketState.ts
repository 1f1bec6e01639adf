/** What the banner of a market says, from what the streams say. Pure, so that each state can be tested. */
import type { Bands, Imbalance, MarketStatus } from "../../feed/messages.ts";

/** What a market is doing, when it is not plain trading. */
export type MarketNotice =
  | { readonly kind: "halted" | "paused"; readonly reason: string; readonly until: number | null }
  | { readonly kind: "auction"; readonly auction: AuctionName; readonly until: number | null; readonly result: Result }
  | { readonly kind: "closed"; readonly until: number | null }
  | { readonly kind: "limit"; readonly side: "upper" | "lower"; readonly price: number; readonly until: number }
  | { readonly kind: "extended"; readonly session: "extended" | "overnight" }
  | { readonly kind: "stale" };

export type AuctionName = "pre_open" | "opening_auction" | "closing_auction" | "reopening_auction" | "closing_soon";

/** The indicative result of an auction; null before the first is known. */
export type Result = Imbalance | null;

/** A limit state that lasts so long pauses the market. */
const LIMIT_STATE_MS = 15_000;
/** Indicative results come once a second; an older one is of an auction that is over. */
const RESULT_VALID_MS = 15_000;

export interface MarketView {
  readonly status: MarketStatus | null;
  readonly bands: Bands | null;
  readonly imbalance: Imbalance | null;
  readonly isStale: boolean;
  /** The exchange's time, epoch milliseconds. */
  readonly now: number;
}

/** What is to be said, the most important first. */
export function noticesOf({ status, bands, imbalance, isStale, now }: MarketView): readonly MarketNotice[] {
  const notices: MarketNotice[] = [];
  const result = imbalance !== null && now - imbalance.at < RESULT_VALID_MS ? imbalance : null;
  if (status !== null) notices.push(...phaseNotices(status, result));
  if (status?.code === "T" && (bands?.limit === "upper" || bands?.limit === "lower")) {
    const price = bands.limit === "upper" ? bands.upper : bands.lower;
    notices.push({ kind: "limit", side: bands.limit, price, until: bands.since + LIMIT_STATE_MS });
  }
  if (isStale) notices.push({ kind: "stale" });
  return notices;
}

function phaseNotices({ code, reason, phase, session, until }: MarketStatus, result: Result): MarketNotice[] {
  if (code === "H") return [{ kind: "halted", reason, until }];
  if (code === "P") return [{ kind: "paused", reason, until }];
  if (code === "C") return [{ kind: "closed", until }];
  if (code === "Q") return [{ kind: "auction", auction: phase as AuctionName, until, result }];
  if (session === "pre" || session === "post") return [{ kind: "extended", session: "extended" }];
  if (session === "overnight") return [{ kind: "extended", session: "overnight" }];
  // In the minutes before the close, the stream tells of the closing auction while trading goes on.
  return result === null ? [] : [{ kind: "auction", auction: "closing_soon", until, result }];
}

/** The time left as a clock shows it: 4:59, 1:02:03; never below zero. */
export function timeLeft(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
