type Named = Readonly<Record<string, unknown>>;

/**
 * The facts of a change for its audit record: with all names in snake_case, or as they are, as entries of earlier releases
 * are recorded when they are replayed.
 */
export function recordedNames(facts: Named, names: "snake_case" | undefined): Record<string, unknown> {
  return (names === undefined ? facts : snakeNames(facts)) as Record<string, unknown>;
}

function snakeNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [snakeName(name), snakeNames(each)]));
}

const snakeName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
