import type { Dated, EdgeStore } from "./sharedReads.ts";

const CACHE = "market-data";
/** Longer than what is found counts as new: readers compare its time. */
const MAX_AGE_SECONDS = 2;

/** The reads of a kind in the platform's cache, which the isolates of one data center share. */
export function edgeStore<T>(kind: string, freshMs = 0): EdgeStore<T> {
  const maxAge = Math.max(MAX_AGE_SECONDS, Math.ceil(freshMs / 1_000));
  const keyOf = (symbol: string): string => `https://market-data.invalid/${kind}/${encodeURIComponent(symbol)}`;
  return {
    async get(symbol) {
      try {
        const found = await (await caches.open(CACHE)).match(keyOf(symbol));
        return found === undefined ? null : await found.json<Dated<T>>();
      } catch {
        // Without the cache the object is read.
        return null;
      }
    },
    async put(symbol, read) {
      const answer = Response.json(read, { headers: { "Cache-Control": `max-age=${maxAge}` } });
      try {
        await (await caches.open(CACHE)).put(keyOf(symbol), answer);
      } catch {
        // The next isolate reads the object.
      }
    },
  };
}
