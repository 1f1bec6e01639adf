/** RPC of an account's record of what changed, from which its history is computed. */
import type { SavedMovement } from "../../domain/portfolio/history/movement.ts";

/** What an account has now, and what changed on each trading day of a page, oldest first. */
export interface MovementsView {
  /** Cash, held or not, in 1/10,000 dollar; lots by symbol. */
  readonly cash: number;
  readonly lots: readonly (readonly [symbol: string, qty: number])[];
  /** When the account was opened, and since when changes are recorded: both in epoch milliseconds; 0: not yet. */
  readonly createdAt: number;
  readonly since: number;
  /** When a paper account began again, epoch milliseconds; left out when it never did. */
  readonly resetAt?: number;
  readonly movements: readonly SavedMovement[];
  /** The day at which the next page begins; null at the end. What the account has belongs to the last page. */
  readonly next: number | null;
}

/** The changes within a day, by steps. `next`: the place at which the next page continues; null at the end. */
export interface StepsPage {
  readonly movements: readonly SavedMovement[];
  readonly next: number | null;
}

export interface MovementRpc {
  /** The movements of trading days (numbered from 1970-01-01) from one on; null when the account was never opened. */
  movements(fromDay: number): Promise<MovementsView | null>;
  /**
   * The movements of each step of so many minutes, from a time to another (epoch milliseconds); `at` is the time of the
   * last change of a step, and a step may be in several movements. What a paper account had before its reset is left
   * out. `place`: what the page before gave as `next`.
   */
  movementSteps(from: number, to: number, stepMinutes: number, place: number | null): Promise<StepsPage>;
}
