import type { MarketEntry } from "../../domain/market/phase.ts";
import { assert } from "../model/assert.ts";
import type { Moment } from "./replay.ts";
import type { Chance } from "./wishes.ts";
import type { World } from "./world.ts";

/** What an administrator does to a market at a time, in milliseconds from the start. */
export type Decree = { readonly id: string; readonly at: number; readonly symbol: string } & (
  | { readonly kind: "halt"; readonly forMs: number | null }
  | { readonly kind: "resume"; readonly callMs: number }
  | { readonly kind: "breaker"; readonly level: 1 | 2 | 3 }
  | { readonly kind: "configure"; readonly tier: 1 | 2 | null }
);

/** What an entry that a book has acknowledged says. */
export interface Decreed {
  readonly symbol: string;
  readonly facts: Partial<MarketEntry>;
}

/** Halts with their ends, and, where markets have price bands, their tiers. */
export function decrees(pick: Chance, symbols: readonly string[], lengthMs: number, banded: boolean): Decree[] {
  const made: Decree[] = [];
  const add = (decree: Decree): void => void made.push(decree);
  for (const symbol of symbols) {
    if (banded) add({ id: `tier of ${symbol}`, at: pick(400), symbol, kind: "configure", tier: pick(2) === 0 ? 1 : 2 });
    if (banded && pick(4) === 0)
      add({ id: `no tier of ${symbol}`, at: pick(lengthMs), symbol, kind: "configure", tier: null });
    if (pick(3) !== 0) continue;
    const at = pick(lengthMs);
    const forMs = pick(3) === 0 ? 200 + pick(3_000) : null;
    if (pick(6) === 0) add({ id: `breaker of ${symbol}`, at, symbol, kind: "breaker", level: pick(2) === 0 ? 1 : 2 });
    else add({ id: `halt of ${symbol}`, at, symbol, kind: "halt", forMs });
    const resumeAt = at + 100 + pick(1_500);
    if (pick(5) !== 0) add({ id: `resume of ${symbol}`, at: resumeAt, symbol, kind: "resume", callMs: 50 + pick(900) });
  }
  return made.sort((a, b) => a.at - b.at);
}

/** Does it once; without an answer nobody knows whether it is done. */
export async function proclaim(world: World, decree: Decree): Promise<void> {
  const { symbol } = decree;
  const until = decree.kind === "halt" && decree.forMs !== null ? world.time.now + decree.forMs : null;
  const ask = async (facts: Partial<MarketEntry>, method: string, ...args: unknown[]) => {
    if ((await world.call(null, `book/${symbol}`, method, args)) !== null) world.decreed.push({ symbol, facts });
  };
  try {
    switch (decree.kind) {
      case "halt":
        return await ask({ kind: "halt", reason: "manual", until }, "halt", "manual", until);
      case "breaker":
        return await ask({ kind: "halt", reason: `breaker_${decree.level}` }, "breaker", decree.level);
      case "configure":
        return await ask({ kind: "configure", luldTier: decree.tier }, "configure", decree.tier);
      case "resume":
        // What it comes to is for the calendar to say.
        await world.call(null, `book/${symbol}`, "resume", [decree.callMs]);
    }
  } catch {
    // Lost: the market goes on as it is.
  }
}

/** What was acknowledged is on record. */
export function checkDecrees({ decreed }: World, { books }: Moment): void {
  for (const { symbol, facts } of decreed) {
    const has = (entry: MarketEntry) =>
      Object.entries(facts).every(([name, value]) => entry[name as keyof MarketEntry] === value);
    const history = books.get(`book/${symbol}`)?.history ?? [];
    const known = history.some((step) => "local" in step && has(step.local));
    assert(known, `AK-1, MD-35: ${symbol} has journalled ${JSON.stringify(facts)}`);
  }
}
