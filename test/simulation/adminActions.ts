import type { MarketEntry } from "../../domain/market/phase.ts";
import { CENT } from "../../domain/market/instrument.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { liveOrders } from "../../domain/matching/views.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { seededRandom } from "../rig/random.ts";
import type { ExchangeSnapshot } from "./replay.ts";
import type { RandomInt } from "./orderGenerator.ts";
import type { World } from "./world.ts";

/** An administrator's action on a market; its time is in milliseconds from the start. */
export type AdminAction = { readonly id: string; readonly at: number; readonly symbol: string } & (
  | { readonly kind: "halt"; readonly forMs: number | null }
  | { readonly kind: "resume"; readonly callMs: number }
  | { readonly kind: "breaker"; readonly level: 1 | 2 | 3 }
  | { readonly kind: "configure"; readonly tier: 1 | 2 | null }
  | { readonly kind: "instrument"; readonly instrument: Instrument }
);

/** The contents of a journal entry that a book has acknowledged. */
export interface AcknowledgedAction {
  readonly symbol: string;
  readonly facts: Partial<MarketEntry>;
}

/** Generates halts and resumes, and tiers where markets have price bands. */
export function generateAdminActions(
  pick: RandomInt,
  symbols: readonly string[],
  lengthMs: number,
  banded: boolean,
): AdminAction[] {
  const made: AdminAction[] = [];
  const add = (action: AdminAction): void => void made.push(action);
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

/** In a fifth of the runs one symbol has another tick and, mostly, is delisted later. A stream of its own: other actions stay. */
export function generateListings(seed: number, symbols: readonly string[], lengthMs: number): AdminAction[] {
  const random = seededRandom(seed * 40_503 + 7);
  const pick: RandomInt = (below) => Math.floor(random() * below);
  const symbol = symbols[pick(symbols.length)];
  if (symbol === undefined || pick(5) !== 0) return [];
  const tick = { ...requireInstrument(symbol), tick: CENT * (2 + pick(4)), version: 1 };
  const at = pick(lengthMs);
  const made: AdminAction[] = [{ id: `tick of ${symbol}`, at, symbol, kind: "instrument", instrument: tick }];
  if (pick(4) === 0) return made;
  const instrument: Instrument = { ...tick, status: "delisted", version: 2 };
  return [...made, { id: `delisting of ${symbol}`, at: at + pick(lengthMs), symbol, kind: "instrument", instrument }];
}

/** Performs the action once. Without a response its outcome is unknown. */
export async function performAdminAction(world: World, action: AdminAction): Promise<void> {
  const { symbol } = action;
  const until = action.kind === "halt" && action.forMs !== null ? world.time.now + action.forMs : null;
  const ask = async (facts: Partial<MarketEntry>, method: string, ...args: unknown[]) => {
    if ((await world.call(null, `book/${symbol}`, method, args)) !== null)
      world.acknowledgedActions.push({ symbol, facts });
  };
  try {
    switch (action.kind) {
      case "halt":
        return await ask({ kind: "halt", reason: "manual", until }, "halt", "manual", until);
      case "breaker":
        return await ask({ kind: "halt", reason: `breaker_${action.level}` }, "breaker", action.level);
      case "configure":
        return await ask({ kind: "configure", luldTier: action.tier }, "configure", action.tier);
      case "instrument":
        return await ask({ kind: "instrument" }, "setInstrument", action.instrument);
      case "resume":
        // The calendar decides the resulting entries.
        await world.call(null, `book/${symbol}`, "resume", [action.callMs]);
    }
  } catch {
    // No response: the outcome is unknown.
  }
}

/** Acknowledged actions are in the journal, and nothing lives where a symbol was delisted. */
export function checkAdminActions({ acknowledgedActions }: World, { accounts, books }: ExchangeSnapshot): void {
  for (const { state } of books.values()) {
    if (!state.isDelisted) continue;
    assertEqual(liveOrders(state).next().done, true, `MK-23: no order lives in ${state.symbol}, which was delisted`);
    assertEqual(state.status.halt, "delisted", `MK-23: ${state.symbol} is halted for good`);
    for (const account of accounts.values()) {
      const open = [...account.state.open.values()].filter(({ symbol }) => symbol === state.symbol);
      assertEqual(open.length, 0, `MK-23: no account has an open order of ${state.symbol}, which was delisted`);
    }
  }
  for (const { symbol, facts } of acknowledgedActions) {
    const has = (entry: MarketEntry) =>
      Object.entries(facts).every(([name, value]) => entry[name as keyof MarketEntry] === value);
    const history = books.get(`book/${symbol}`)?.history ?? [];
    const known = history.some((step) => "local" in step && has(step.local));
    assert(known, `AK-1, MD-35: ${symbol} has journalled ${JSON.stringify(facts)}`);
  }
}
