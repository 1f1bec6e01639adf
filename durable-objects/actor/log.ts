/** One structured line per event. Never give it secrets, tokens or request bodies. */
export function logEvent(source: string, event: string, facts: Record<string, unknown>): void {
  // oxlint-disable-next-line no-console -- this is where log lines leave the object
  console.log(JSON.stringify({ source, event, ...facts }));
}
