import type { TokenAnswer } from "../../../protocol/rpc/identity/oauth.ts";
import { REPEAT_MS } from "./tokenFamilies.ts";

/**
 * By grant, what was answered to the refresh token used last, for a client that has lost it. In memory alone: the next token
 * is in it.
 */
export class LastResponses {
  readonly #kept = new Map<string, { readonly bare: string; readonly at: number; readonly answer: TokenAnswer }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What this token was answered; null when that was too long ago, or another was used since. */
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
