/** Batches of order commands in a simulated exchange. */
import { seededRandom } from "../rig/random.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import { assert } from "../model/assert.ts";
import { generateChanges, generateOrder } from "./orderGenerator.ts";
import type { MarketSetup, OrderIntent, RandomInt, ReplaceChanges } from "./orderGenerator.ts";
import type { ReplayedAccount } from "./replay.ts";
import type { Step } from "./scenario.ts";

/** `pick` chooses among the orders that the trader knows at that time. */
export interface BatchAction {
  readonly kind: "batch";
  readonly allOrNone: boolean;
  readonly commands: readonly (
    | { readonly kind: "place"; readonly intent: OrderIntent }
    | { readonly kind: "replace"; readonly pick: number; readonly changes: ReplaceChanges }
    | { readonly kind: "cancel"; readonly pick: number }
    /** Cancels the order that an earlier command of the batch places, and repeats its request. */
    | { readonly kind: "cancel placed" | "repeat"; readonly nth: number }
  )[];
  /** So often it is sent at once. */
  readonly copies: number;
}

/** Batches come from a generator of their own, so that the other actions of a seed do not depend on them. */
export function generateBatches(seed: number, accounts: readonly string[], venue: MarketSetup): Step[] {
  const random = seededRandom(seed * 2_246_822_519);
  const pick: RandomInt = (below) => Math.floor(random() * below);
  if (pick(3) === 0) return [];
  return accounts.flatMap((account) =>
    Array.from({ length: 1 + pick(3) }, (_, nth): Step => {
      const allOrNone = pick(2) === 0;
      // Of many random commands one is nearly always refused.
      const count = allOrNone ? 1 + pick(4) : 2 + pick(6);
      const commands = Array.from({ length: count }, (_each, place) => command(pick, venue, place));
      const action = { kind: "batch", allOrNone, commands, copies: pick(4) === 0 ? 2 : 1 } as const;
      return { id: `${account}b${nth}`, account, waitMs: pick(300), action };
    }),
  );
}

function command(pick: RandomInt, venue: MarketSetup, place: number): BatchAction["commands"][number] {
  const chance = pick(100);
  if (chance < 15) return { kind: "cancel", pick: pick(1_000) };
  if (chance < 30) return { kind: "replace", pick: pick(1_000), changes: { ...generateChanges(pick), named: true } };
  if (place > 0 && chance < 38) return { kind: "cancel placed", nth: pick(place) };
  if (place > 0 && chance < 46) return { kind: "repeat", nth: pick(place) };
  return { kind: "place", intent: generateOrder(pick, venue) };
}

/** Request ids of batches of which all or none are executed begin so. */
export const ALL_OR_NONE = "all or none ";

const EXECUTED: ReadonlySet<AccountEntry["kind"]> = new Set(["accepted", "replace_requested", "cancel_requested"]);
const REFUSED: ReadonlySet<AccountEntry["kind"]> = new Set(["refused", "replace_refused"]);

/** AC-54: an attempt of such a batch has journalled what it executes, or refusals, never both. */
export function checkAllOrNone(account: ReplayedAccount): void {
  let last = "";
  let executed = false;
  let refused = false;
  for (const step of account.history) {
    const entry = "local" in step ? step.local : null;
    const requestId = entry !== null && "origin" in entry ? (entry.origin?.requestId ?? "") : "";
    if (requestId !== last) [last, executed, refused] = [requestId, false, false];
    if (entry === null || !requestId.startsWith(ALL_OR_NONE)) continue;
    executed ||= EXECUTED.has(entry.kind);
    refused ||= REFUSED.has(entry.kind);
    assert(!executed || !refused, `AC-54: ${requestId} of ${account.address} is executed in part`);
  }
}
