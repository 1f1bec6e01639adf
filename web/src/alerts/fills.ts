/** Fills of alerts: each tab has those of its own account, and an execution counts once however many tabs have it. */
const EXECUTIONS_KEPT = 200;

/** The executions with one more, newest last; null when it is among them. */
export function withExecution(known: readonly string[], id: string): readonly string[] | null {
  return known.includes(id) ? null : [...known, id].slice(-EXECUTIONS_KEPT);
}

/** The executions of a stored text; none when it is something else. */
export function readExecutions(stored: string | null): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(parsed) ? parsed.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
