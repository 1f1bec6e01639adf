import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";

/** Trades of a seed, whose times go on by steps of up to so many milliseconds. */
export function randomTrades(seed: number, count: number, startAt: number, stepMs: number): TapeTrade[] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let [at, price, sequence] = [startAt, 2_000_000, 0];
  return Array.from({ length: count }, (_, nth) => {
    at += random(stepMs);
    price = Math.max(100, price + 100 * (random(7) - 3));
    sequence += 1 + random(5);
    const side = (["buy", "sell", null] as const)[random(3)] ?? null;
    const regular = random(3) > 0;
    const qty = 1 + random(90_000_000);
    return { tradeId: nth + 1, sequence, at, price, qty, takerSide: side, auction: side === null, regular };
  });
}
