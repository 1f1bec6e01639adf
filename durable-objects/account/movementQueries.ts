import type { AccountState } from "../../domain/account/state/accountState.ts";
import { isBeforeReset } from "../../domain/account/paper/reset.ts";
import { CASH, owned } from "../../domain/account/ledger/ledger.ts";
import { DAY, MINUTE } from "../../domain/market/newYork.ts";
import { MovementSum, saveMovement, type SavedMovement } from "../../domain/portfolio/history/movement.ts";
import type { MovementsView, StepsPage } from "../../protocol/rpc/movements.ts";
import type { ActivityLog } from "./activityLog.ts";
import { addActivity } from "./activityMovements.ts";
import type { MovementLog } from "./movementLog.ts";

/** Activities read for one page: some ten milliseconds of the object. */
export const STEP_ACTIVITIES_MAX = 5_000;

/** What an account has, and a page of the movements of days. */
export function movementsFrom(state: Readonly<AccountState>, log: MovementLog, fromDay: number): MovementsView | null {
  const { ledger, accountId, createdAt, activitiesSince: since, resetAt } = state;
  if (accountId === "") return null;
  const lots = [...ledger.keys()].map((symbol) => [symbol, owned(ledger, symbol)] as const);
  const held = lots.filter(([symbol, qty]) => symbol !== CASH && qty !== 0);
  const reset = resetAt === 0 ? {} : { resetAt };
  return { cash: owned(ledger, CASH), lots: held, createdAt, since, ...reset, ...log.from(fromDay) };
}

/** The movements of steps within days, from the activities that were applied from a time to another. */
export function movementSteps(
  state: Pick<Readonly<AccountState>, "resetAt">,
  log: ActivityLog,
  { from, to, stepMinutes, place }: { from: number; to: number; stepMinutes: number; place: number | null },
): StepsPage {
  // The log is asked by the time of the execution, which is earlier than that of the activity: by seconds, or by hours
  // after a failure.
  const times = { afterMicros: (from - DAY) * 1_000, untilMicros: to * 1_000 };
  const found = log.page({ ...times, types: null, direction: "asc", limit: STEP_ACTIVITIES_MAX }, place);
  const steps = new Map<number, MovementSum>();
  for (const { activity } of found) {
    const { at } = activity;
    if (at < from || at >= to || isBeforeReset(state, activity)) continue;
    const step = Math.floor(at / (stepMinutes * MINUTE));
    let sum = steps.get(step);
    if (sum === undefined) steps.set(step, (sum = new MovementSum(at)));
    sum.at = at;
    addActivity(sum, activity);
  }
  const movements: SavedMovement[] = [];
  for (const sum of steps.values()) if (sum.size > 0) movements.push(saveMovement(sum.movement()));
  const last = found.length < STEP_ACTIVITIES_MAX ? undefined : found.at(-1);
  return { movements, next: last?.sequence ?? null };
}
