import { seededRandom } from "../rig/random.ts";
import { formatDecimal } from "../../domain/decimal.ts";
import { generateAdminActions, generateListings } from "./adminActions.ts";
import type { AdminAction } from "./adminActions.ts";
import { generateBatches } from "./batchActions.ts";
import type { BatchAction } from "./batchActions.ts";
import { generateRushes, type Rush } from "./rushes.ts";
import { FAULT_KINDS } from "./faults.ts";
import { type KillSwitchAction, withKillSwitches } from "./killSwitches.ts";
import { generateOwnTransfers } from "./ownTransfers.ts";
import { generatePaper, type PaperStep } from "./paperTrader.ts";
import { generateTransfers, type TransferAction } from "./transferActions.ts";
import type { FaultKind, FaultRates } from "./faults.ts";
import { aroundTheClock, byCalendar } from "./timeline.ts";
import type { Timeline } from "./timeline.ts";
import { generateChanges, generateOrder } from "./orderGenerator.ts";
import { LATENCY_MS } from "./world.ts";
import type { RandomInt, ReplaceChanges, MarketSetup, OrderIntent } from "./orderGenerator.ts";

/** An action of a trader. `pick` chooses among the orders that it knows at that time. */
export type Action =
  | { readonly kind: "submit"; readonly intents: readonly OrderIntent[] }
  | { readonly kind: "submit once"; readonly intent: OrderIntent }
  | { readonly kind: "cancel" | "again" | "ask"; readonly pick: number }
  | ReplaceAction
  | BatchAction
  | KillSwitchAction
  | { readonly kind: "cancel all" }
  /** Sets the dead-man's switch; 0 switches it off. */
  | { readonly kind: "cancel after"; readonly seconds: number }
  /** Takes, renews or releases a lease, or ends its session. */
  | { readonly kind: "hold" | "release" | "cut"; readonly session: string; readonly ttlMs: number }
  | { readonly kind: "withdraw"; readonly amount: string; readonly times: number }
  /** Cash to another account, which has another owner now and then. */
  | {
      readonly kind: "transfer";
      readonly to: string;
      /** Null: cash. */
      readonly symbol: string | null;
      readonly amount: string;
      readonly times: number;
    }
  | { readonly kind: "deposit"; readonly symbol: string | null; readonly amount: string; readonly times: number };

/** Several concurrent replaces of one order, sometimes with a fill just before or a cancel. */
export interface ReplaceAction {
  readonly kind: "replace";
  readonly pick: number;
  readonly meets: boolean;
  readonly changes: readonly ReplaceChanges[];
  readonly cancels: boolean;
}

export interface Step {
  /** Unique: client order ids and references are derived from it. */
  readonly id: string;
  readonly account: string;
  readonly waitMs: number;
  readonly action: Action;
}

/** An incident; its time is in milliseconds from the start. */
export type Incident =
  | { readonly kind: "crash"; readonly id: string; readonly at: number; readonly pick: number }
  | { readonly kind: "crash all"; readonly id: string; readonly at: number }
  /** All objects die, `ms` after the last response to a trader. */
  | { readonly kind: "blackout"; readonly id: string; readonly at: number; readonly ms: number }
  | { readonly kind: "database away"; readonly id: string; readonly at: number; readonly ms: number }
  | { readonly kind: "disk full"; readonly id: string; readonly at: number; readonly ms: number; readonly pick: number }
  | { readonly kind: "cut off"; readonly id: string; readonly at: number; readonly ms: number; readonly pick: number }
  | { readonly kind: "clock"; readonly id: string; readonly at: number; readonly skew: number; readonly pick: number };

/** A complete run: traders, their actions, and faults. */
export interface Scenario extends Timeline, MarketSetup {
  readonly seed: number;
  readonly accounts: readonly string[];
  readonly steps: readonly Step[];
  /** Longest latency of a message: on a slow network requests overtake each other. */
  readonly latencyMs: number;
  readonly adminActions: readonly AdminAction[];
  readonly transferActions: readonly TransferAction[];
  readonly rushes: readonly Rush[];
  readonly paperSteps: readonly PaperStep[];
  readonly incidents: readonly Incident[];
  readonly rates: FaultRates;
  /** Faults that may be injected, by name; null for all that the seed gives. */
  readonly faults: ReadonlySet<string> | null;
  /** Times of the checks during the run, in milliseconds from the start. */
  readonly checkTimes: readonly number[];
}

const NAMES = ["ann", "bob", "cyd", "dan"];
const SYMBOLS = ["AAPL", "F", "KO"];
/** With smaller lots, and traded around the clock. */
const COIN = "BTC/USD";
/** Longest wait between two steps of a trader. */
const WAIT_MS = 600;

/** The highest rate of each fault; a seed uses a fraction of it, or none. */
const RATE_MAX: Readonly<Record<FaultKind, number>> = {
  "lost request": 0.15,
  "lost answer": 0.15,
  "late request": 0.1,
  "late answer": 0.1,
  duplicate: 0.2,
  "disk error": 0.006,
  "database refuses": 0.5,
  "database silent": 0.5,
  "database late": 0.2,
  "crash at arrival": 0.02,
  "crash at work": 0.02,
  "crash before commit": 0.03,
  "crash after commit": 0.03,
  "crash at alarm": 0.1,
  "abort keeps writes": 0.5,
  "late alarm": 0.9,
};

/** The scenario of a seed. Each kind of fault is in about half of the runs, because faults hide each other. */
export function scenarioOf(seed: number): Scenario {
  const random = seededRandom(seed * 2_654_435_761);
  const pick: RandomInt = (below) => Math.floor(random() * below);
  const accounts = NAMES.slice(0, 2 + pick(NAMES.length - 1));
  const symbols = SYMBOLS.slice(0, 1 + pick(SYMBOLS.length));
  if (pick(6) === 0) symbols.splice(-1, 1, COIN);
  const stepsEach = 4 + pick(7);
  const lengthMs = (stepsEach * WAIT_MS) / 2 + 500;
  // From generators of their own, so that the rest of a seed does not depend on them.
  const own: Partial<Record<FaultKind, () => number>> = {
    "late alarm": seededRandom(seed * 374_761_393),
    "late answer": seededRandom(seed * 668_265_263),
  };
  const rates: Partial<Record<FaultKind, number>> = {};
  for (const kind of FAULT_KINDS) {
    const chance = own[kind] ?? random;
    if (chance() < 0.5) rates[kind] = chance() * RATE_MAX[kind];
  }
  const scheduled = pick(3) === 0;
  const banded = pick(4) === 0;
  const hours = scheduled ? byCalendar(pick, lengthMs) : aroundTheClock(pick, lengthMs, banded);
  // With price bands, price steps are so large that markets reach the bands.
  const venue = { symbols, stepBasisPoints: banded ? 300 + pick(300) : 40, scheduled };
  const steps: Step[] = accounts.flatMap((account) =>
    Array.from({ length: stepsEach }, (_, nth) => ({
      id: `${account}${nth}`,
      account,
      waitMs: pick(WAIT_MS),
      action: action(pick, venue),
    })),
  );
  // Some traders leave no open orders, so that only its own alarms wake an object afterwards.
  if (pick(3) === 0) {
    for (const account of accounts) {
      steps.push({ id: `${account}end`, account, waitMs: 2 * WAIT_MS, action: { kind: "cancel all" } });
    }
  }
  const transfers = generateTransfers(seed, accounts, lengthMs);
  const ownTransfers = generateOwnTransfers(seed, accounts, symbols);
  const looks = Array.from({ length: 1 + pick(2) }, () => pick(2 * lengthMs)).sort((a, b) => a - b);
  const latencyMs = pick(4) === 0 ? 20 * LATENCY_MS : LATENCY_MS;
  return {
    seed,
    accounts,
    steps: withKillSwitches(
      seed,
      accounts,
      interleaved(
        interleaved(interleaved(steps, transfers.steps), ownTransfers),
        generateBatches(seed, accounts, venue),
      ),
    ),
    transferActions: transfers.actions,
    rates,
    checkTimes: looks,
    faults: null,
    ...venue,
    ...hours,
    latencyMs,
    paperSteps: generatePaper(seed, venue),
    rushes: generateRushes(seed, accounts, venue, hours, latencyMs),
    adminActions: [
      ...generateAdminActions(pick, symbols, lengthMs, banded),
      ...generateListings(seed, symbols, lengthMs),
    ].sort((a, b) => a.at - b.at),
    incidents: generateIncidents(pick, lengthMs),
  };
}

/** One of the others after every third step. */
function interleaved(steps: readonly Step[], others: readonly Step[]): Step[] {
  const left = [...others];
  return [...steps.flatMap((step, nth) => (nth % 3 === 1 ? [step, ...left.splice(0, 1)] : [step])), ...left];
}

function action(pick: RandomInt, venue: MarketSetup): Action {
  const { symbols } = venue;
  const chance = pick(100);
  if (chance < 11) return { kind: "cancel", pick: pick(1_000) };
  if (chance < 26) {
    const several = Array.from({ length: 1 + pick(2) }, () => generateChanges(pick));
    return { kind: "replace", pick: pick(1_000), meets: pick(4) === 0, changes: several, cancels: pick(6) === 0 };
  }
  if (chance < 28) return { kind: "cancel all" };
  if (chance < 32) return { kind: "cancel after", seconds: pick(4) === 0 ? 0 : 1 + pick(12) };
  if (chance < 35) {
    const kind = (["hold", "hold", "release", "cut"] as const)[pick(4)] ?? "hold";
    return { kind, session: `s${pick(3)}`, ttlMs: 500 + pick(10_000) };
  }
  if (chance < 42) return { kind: "again", pick: pick(1_000) };
  if (chance < 46) return { kind: "ask", pick: pick(1_000) };
  if (chance < 50) {
    const symbol = pick(2) === 0 ? null : (symbols[pick(symbols.length)] ?? null);
    return { kind: "deposit", symbol, amount: formatDecimal(1 + pick(1_000_000), 4), times: 1 + pick(3) };
  }
  if (chance < 53) return { kind: "submit once", intent: generateOrder(pick, venue) };
  // Some orders are sent concurrently, so that they share commits and envelopes.
  return { kind: "submit", intents: Array.from({ length: 1 + pick(4) }, () => generateOrder(pick, venue)) };
}

function generateIncidents(pick: RandomInt, lengthMs: number): Incident[] {
  const made: Incident[] = [];
  const some = (chance: number, most: number, one: (id: string, at: number) => Incident) => {
    if (pick(100) >= chance) return;
    for (let left = 1 + pick(most); left > 0; left--) made.push(one(`disaster${made.length}`, pick(lengthMs)));
  };
  some(50, 12, (id, at) => ({ kind: "crash", id, at, pick: pick(1_000) }));
  some(15, 2, (id, at) => ({ kind: "crash all", id, at }));
  some(30, 1, (id, at) => ({ kind: "blackout", id, at, ms: pick(3) === 0 ? 0 : pick(20_000) }));
  some(25, 1, (id, at) => ({ kind: "database away", id, at, ms: pick(240_000) }));
  some(15, 2, (id, at) => ({ kind: "disk full", id, at, ms: pick(4_000), pick: pick(1_000) }));
  some(20, 2, (id, at) => ({ kind: "cut off", id, at, ms: pick(15_000), pick: pick(1_000) }));
  // Clocks are set forward and back by seconds, sometimes by hours.
  const skew = () => (pick(2_000) - 1_000) * (pick(3) === 0 ? 6_000 : 10);
  some(30, 4, (id, at) => ({ kind: "clock", id, at, skew: skew(), pick: pick(1_000) }));
  return made.sort((a, b) => a.at - b.at);
}
