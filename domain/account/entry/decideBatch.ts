/** Several requests that are decided in one commit. */
import { applyEntry } from "../apply.ts";
import type { AccountState } from "../state/accountState.ts";
import { draftOf } from "../state/draft.ts";
import type { AccountEntry } from "../state/entries.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { Decision } from "./decision.ts";
import { fail } from "./refusal.ts";
import type { Outcome, Refusal } from "./refusal.ts";

/** One request of a batch. */
export interface BatchRequest<T> {
  decide(state: Readonly<AccountState>, now: number): Decision<T>;
  /** The entries that record its refusal in the audit trail; none for requests whose refusals are not recorded. */
  refused(refusal: Refusal): readonly AccountEntry[];
}

/** Applies entries to the state, before the next decision. */
type Apply = (entries: readonly AccountEntry[]) => void;

/** Decides the requests in sequence, each on the state after the entries of those before it. */
export function decideEach<T>(
  state: Readonly<AccountState>,
  now: number,
  requests: readonly BatchRequest<T>[],
  apply: Apply,
): Outcome<T>[] {
  return requests.map((request) => {
    const { entries, outcome } = request.decide(state, now);
    if (entries.length > 0) apply(entries);
    return outcome;
  });
}

/**
 * Decides the requests like `decideEach`, and applies their entries only if none is refused. Otherwise the refused ones
 * have their refusals, and the others are not executed, except those that change nothing because they repeat an earlier
 * request: they have their outcomes. The refusals are applied, for the audit trail.
 */
export function decideAllOrNone<T>(
  state: Readonly<AccountState>,
  now: number,
  requests: readonly BatchRequest<T>[],
  apply: Apply,
): Outcome<T>[] {
  const draft = draftOf(state);
  const decided: AccountEntry[] = [];
  const outcomes = decideEach(draft, now, requests, (entries) => {
    for (const entry of entries) applyEntry(draft, entry, now, NO_OUTPUTS);
    decided.push(...entries);
  });
  if (outcomes.every(({ ok }) => ok)) {
    apply(decided);
    return outcomes;
  }
  const answers = outcomes.map((outcome, index) => (outcome.ok ? unexecuted(state, now, requests[index]) : outcome));
  const refusals = answers.map((answer, index) => (answer.ok ? [] : (requests[index]?.refused(answer.refusal) ?? [])));
  apply(refusals.flat());
  return answers;
}

/** The outcome of a request of a batch that is not executed: its own if it changes nothing. */
function unexecuted<T>(state: Readonly<AccountState>, now: number, request: BatchRequest<T> | undefined): Outcome<T> {
  const alone = request?.decide(state, now);
  return alone?.outcome.ok === true && alone.entries.length === 0
    ? alone.outcome
    : fail({ reason: "batch_not_executed" });
}

/** A draft sends and stores nothing. */
const NO_OUTPUTS: AccountOutputs = {
  command: () => undefined,
  audit: () => undefined,
  update: () => undefined,
  closed: () => undefined,
  activity: () => undefined,
  deposited: () => undefined,
  withdrawal: () => undefined,
  answered: () => undefined,
  transfer: () => undefined,
  fees: () => undefined,
};
