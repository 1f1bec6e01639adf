/** One structured line. Never give it secrets, tokens, query strings or frames. */
export function logLine(level: "info" | "error", facts: Readonly<Record<string, unknown>>): void {
  // oxlint-disable-next-line no-console -- this is where log lines leave the worker
  console.log(JSON.stringify({ source: "quotes", level, ...facts }));
}
