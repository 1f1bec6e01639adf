/** The router of the app, with a cache for paths without parameters. */
import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

/** More than the app has paths. Paths that it does not have fill the cache too, so it does not grow beyond this. */
const CACHED_MAX = 1_000;

/** Finds the handlers of a path in a trie, once for each path without parameters. */
export class CachedRouter<T> implements Router<T> {
  readonly name = "CachedRouter";
  readonly #trie = new TrieRouter<T>();
  readonly #known = new Map<string, Result<T>>();

  add(method: string, path: string, handler: T): void {
    this.#trie.add(method, path, handler);
    this.#known.clear();
  }

  match(method: string, path: string): Result<T> {
    const name = `${method} ${path}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found = this.#trie.match(method, path);
    if (this.#known.size < CACHED_MAX && hasNoParameters(found)) this.#known.set(name, found);
    return found;
  }
}

function hasNoParameters<T>([handlers]: Result<T>): boolean {
  return handlers.every(([, parameters]) => Object.keys(parameters).length === 0);
}
