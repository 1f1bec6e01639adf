/** Timers of an object, as its parts use them. */

/** Runs once after `ms`; the returned function cancels that. */
export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

export function wait(ms: number): Promise<void> {
  return new Promise((done) => void after(ms, done));
}
