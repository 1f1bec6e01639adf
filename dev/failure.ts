/** A failed start that the user can fix: its message is printed without a stack trace. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
}

/** The `code` of a system or database error (`ENOENT`, `ECONNREFUSED`, `28P01`), or "" when it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** One line with an error and its first cause: `fetch failed: connect ECONNREFUSED`. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.message === "") return error.errors.map(errorText).join("; ");
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

/** The message about missing permissions in the project's folder; null for other errors. */
export function whyNotWritten(error: unknown, folder: string): string | null {
  if (!["EACCES", "EPERM", "EROFS"].includes(errorCode(error))) return null;
  return `No permission to write in ${folder}, where the project builds what it runs: copy the project to a folder that you may write to.`;
}
