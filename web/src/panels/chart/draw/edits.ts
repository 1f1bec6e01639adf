/** States of something that can be undone and redone. */

const EDITS_MAX = 100;

export interface Edits<State> {
  readonly now: State;
  readonly before: readonly State[];
  readonly after: readonly State[];
}

export const noEdits = <State>(now: State): Edits<State> => ({ now, before: [], after: [] });

/** After a change; what was undone cannot be redone any more. */
export function edited<State>({ now, before }: Edits<State>, next: State): Edits<State> {
  return { now: next, before: [...before, now].slice(-EDITS_MAX), after: [] };
}

export function undone<State>(edits: Edits<State>): Edits<State> {
  const { now, before, after } = edits;
  if (before.length === 0) return edits;
  return { now: before.at(-1) as State, before: before.slice(0, -1), after: [now, ...after] };
}

export function redone<State>(edits: Edits<State>): Edits<State> {
  const { now, before, after } = edits;
  if (after.length === 0) return edits;
  return { now: after[0] as State, before: [...before, now], after: after.slice(1) };
}
