import type { TokenAnswer } from "../../../protocol/rpc/identity/oauth.ts";
import { REPEAT_MS } from "./tokenFamilies.ts";

/**
 * The last response to a refresh, by grant, for a client that did not receive it. Kept in memory only, because it
 * contains the next token.
 */
export class LastResponses {
  readonly #kept = new Map<string, { readonly bare: string; readonly at: number; readonly answer: TokenAnswer }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The response to this token; null when it is too old, or another token was used since. */
  to(grantId: string, bare: string): TokenAnswer | null {
    const kept = this.#kept.get(grantId);
    return kept?.bare === bare && this.#now() - kept.at <= REPEAT_MS ? kept.answer : null;
  }

  keep(grantId: string, bare: string, answer: TokenAnswer): void {
    const now = this.#now();
    for (const [id, { at }] of this.#kept) if (now - at > REPEAT_MS) this.#kept.delete(id);
    this.#kept.set(grantId, { bare, at: now, answer });
  }

  forget(grantId: string): void {
    this.#kept.delete(grantId);
  }
}
