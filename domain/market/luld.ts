/**
 * Limit Up-Limit Down, after the National Market System plan to address extraordinary market volatility as amended
 * (sections V to VII and appendix A): price bands around the mean of the last five minutes, a limit state while a best
 * price is at a band, and a trading pause after 15 seconds of limit state. In regular hours only. Prices in 1/10,000 dollar, instants in
 * epoch milliseconds. Two simplifications: the day's first reference, not the previous close, decides the percentage; and
 * the five minutes are exact to five seconds, because trades are summed in buckets.
 */
import type { Bands, MarketStatus } from "./phase.ts";

/** 1: the S&P 500, the Russell 1000 and some funds; 2: everything else. */
export type LuldTier = 1 | 2;

/** Plain data, so that a snapshot can store it. Only the functions of this file change it. */
export interface LuldState {
  readonly tier: LuldTier;
  /** The price that decides the percentage for the whole day. */
  readonly category: number;
  /** The end of regular hours; null around the clock. */
  readonly closesAt: number | null;
  /** The bands in effect. A change replaces the object, so callers compare by identity. */
  bands: Bands;
  /** When the reference price of the bands came into effect. */
  referenceSince: number;
  wide: boolean;
  limitState: MarketStatus["limitState"];
  /** Trades of the last five minutes: sum of prices and number of trades, in total and by bucket. */
  sum: number;
  count: number;
  readonly sums: number[];
  readonly counts: number[];
  /** Number of the newest bucket since 1970. */
  bucket: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DOLLAR = 10_000;
const PENNY = 100;

const BUCKET = 5 * SECOND;
const BUCKETS = (5 * MINUTE) / BUCKET;
/** A reference price stays in effect for at least this time. */
const REFERENCE_MIN = 30 * SECOND;
/** The mean replaces the reference price when it differs by at least one hundredth. */
const REFERENCE_STEP = 100;
const LIMIT_STATE = 15 * SECOND;
const PAUSE = 5 * MINUTE;
/** A pause that begins in the last ten minutes lasts until the closing auction, without a reopening. */
const NO_REOPENING = 10 * MINUTE;
/** Bands are twice as wide in the last 25 minutes of regular hours. */
const WIDE = 25 * MINUTE;

/**
 * The state at the opening. `reference` is the opening price, or the last price before it if the opening had none.
 * `closesAt` is the end of the regular hours, null around the clock.
 */
export function newLuld(tier: LuldTier, reference: number, now: number, closesAt: number | null): LuldState {
  return begin(tier, reference, reference, now, closesAt);
}

/** The state after a pause or halt: `reference` is the reopening price. Earlier trades do not count. */
export function reopenedLuld(before: LuldState, reference: number, now: number): LuldState {
  return begin(before.tier, before.category, reference, now, before.closesAt);
}

function begin(tier: LuldTier, category: number, reference: number, now: number, closesAt: number | null): LuldState {
  const wide = closesAt !== null && now >= closesAt - WIDE;
  return {
    tier,
    category,
    closesAt,
    bands: bandsAround(tier, category, reference, wide, now),
    referenceSince: now,
    wide,
    limitState: null,
    sum: 0,
    count: 0,
    sums: Array.from({ length: BUCKETS }, () => 0),
    counts: Array.from({ length: BUCKETS }, () => 0),
    bucket: Math.floor(now / BUCKET),
  };
}

/** Counts a trade of continuous matching. The opening and reopening trades are references and do not count. */
export function luldTrade(state: LuldState, price: number, at: number): void {
  rollTo(state, at);
  const slot = state.bucket % BUCKETS;
  state.sums[slot] = (state.sums[slot] ?? 0) + price;
  state.counts[slot] = (state.counts[slot] ?? 0) + 1;
  state.sum += price;
  state.count++;
}

/** The bands in effect: the same object until they change. They do not change during a limit state. */
export function bandsAt(state: LuldState, now: number): Bands {
  if (state.limitState !== null) return state.bands;
  rollTo(state, now);
  const { bands, closesAt } = state;
  const wide = closesAt !== null && now >= closesAt - WIDE;
  const moved = now - state.referenceSince >= REFERENCE_MIN && hasMoved(state, bands.reference);
  if (!moved && wide === state.wide) return bands;
  const reference = moved ? Math.round(state.sum / state.count) : bands.reference;
  if (moved) state.referenceSince = now;
  state.wide = wide;
  const next = bandsAround(state.tier, state.category, reference, wide, now);
  if (moved || next.lower !== bands.lower || next.upper !== bands.upper) state.bands = next;
  return state.bands;
}

/**
 * Updates the limit state after the best displayed prices (null: none on that side) or the bands have changed. The market
 * is in a limit state while its best bid is at the upper band or its best ask at the lower band. True when `limitState`
 * has changed.
 */
export function updateLimitState(
  state: LuldState,
  bestBid: number | null,
  bestAsk: number | null,
  now: number,
): boolean {
  const { upper, lower } = state.bands;
  const side = bestBid !== null && bestBid >= upper ? "upper" : bestAsk !== null && bestAsk <= lower ? "lower" : null;
  if (side === (state.limitState?.side ?? null)) return false;
  state.limitState = side === null ? null : { side, since: now };
  return true;
}

/**
 * The end of the pause that is due at `now` because the limit state has lasted 15 seconds; null when none is due. A pause
 * lasts five minutes; one that begins in the last ten minutes lasts until the end of regular hours.
 */
export function pauseDue(state: LuldState, now: number): number | null {
  const { limitState, closesAt } = state;
  if (limitState === null || now < limitState.since + LIMIT_STATE) return null;
  return closesAt !== null && now >= closesAt - NO_REOPENING ? closesAt : now + PAUSE;
}

/** The next time at which a pause is due or the bands widen; null when there is none. */
export function luldDue(state: LuldState): number | null {
  if (state.limitState !== null) return state.limitState.since + LIMIT_STATE;
  return state.closesAt === null || state.wide ? null : state.closesAt - WIDE;
}

/** Whether the mean of the last five minutes differs from the reference by at least one hundredth. */
function hasMoved({ sum, count }: LuldState, reference: number): boolean {
  return count > 0 && Math.abs(sum - reference * count) * REFERENCE_STEP >= reference * count;
}

/** Makes the bucket of this time the newest one, and drops trades that are older than five minutes. */
function rollTo(state: LuldState, at: number): void {
  const bucket = Math.floor(at / BUCKET);
  const gone = Math.min(bucket - state.bucket, BUCKETS);
  for (let nth = 1; nth <= gone; nth++) {
    const slot = (state.bucket + nth) % BUCKETS;
    state.sum -= state.sums[slot] ?? 0;
    state.count -= state.counts[slot] ?? 0;
    state.sums[slot] = 0;
    state.counts[slot] = 0;
  }
  if (gone > 0) state.bucket = bucket;
}

/**
 * Appendix A: above $3 5 % in tier 1 and 10 % in tier 2; from $0.75 to $3 20 %; below the lesser of $0.15 and 75 %. Twice as
 * wide before the close, except for tier 2 above $3. Rounded to the penny.
 */
function bandsAround(tier: LuldTier, category: number, reference: number, wide: boolean, since: number): Bands {
  const factor = wide && (tier === 1 || category <= 3 * DOLLAR) ? 2 : 1;
  const width = factor * widthOf(tier, category, reference);
  const lower = Math.max(0, nearestPenny(reference - width));
  return { lower, upper: nearestPenny(reference + width), reference, since };
}

function widthOf(tier: LuldTier, category: number, reference: number): number {
  if (category < 0.75 * DOLLAR) return Math.min(0.15 * DOLLAR, (reference * 3) / 4);
  if (category <= 3 * DOLLAR) return reference / 5;
  return tier === 1 ? reference / 20 : reference / 10;
}

const nearestPenny = (price: number): number => Math.round(price / PENNY) * PENNY;
