/** The router of the app, with a cache for routes without parameters. */
import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

/** Begins a segment as a parameter, or is a wildcard. */
const PARAMETER = /\/:|\*/;

/** Finds the handlers of a path in a trie; those of a route without parameters once. Other paths are not kept. */
export class CachedRouter<T> implements Router<T> {
  readonly name = "CachedRouter";
  readonly #trie = new TrieRouter<T>();
  /** The routes without parameters, with their handlers once they have been asked for. */
  readonly #fixed = new Map<string, Result<T> | null>();

  add(method: string, path: string, handler: T): void {
    this.#trie.add(method, path, handler);
    // What was found before may lack this handler.
    for (const known of this.#fixed.keys()) this.#fixed.set(known, null);
    if (!PARAMETER.test(path)) this.#fixed.set(nameOf(method, path), null);
  }

  match(method: string, path: string): Result<T> {
    const name = nameOf(method, path);
    const known = this.#fixed.get(name);
    if (known) return known;
    const found = this.#trie.match(method, path);
    if (known === null && hasNoParameters(found)) this.#fixed.set(name, found);
    return found;
  }
}

function nameOf(method: string, path: string): string {
  return `${method} ${path}`;
}

function hasNoParameters<T>([handlers]: Result<T>): boolean {
  return handlers.every(([, parameters]) => Object.keys(parameters).length === 0);
}
