/** Throws when a rule of the model is broken. Much faster than `expect`: a random day has millions of checks. */
export function assert(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(`broken: ${rule}`);
}

/** Throws, with both values, when they differ. */
export function assertEqual(actual: unknown, expected: unknown, rule: string): void {
  if (actual !== expected) throw new Error(`broken: ${rule}: ${String(actual)} instead of ${String(expected)}`);
}
