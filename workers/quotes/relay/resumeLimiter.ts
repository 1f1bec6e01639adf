/** Limits what the sockets of one account ask of books when they resume: one call a symbol at a time, and few calls at all. */
import { ConcurrencyLimiter } from "./concurrencyLimiter.ts";
import { ACCOUNT_RESUMES_MAX } from "./limits.ts";
import { limitOwnerOf, type StreamSession } from "./streamSession.ts";

export class ResumeLimiter {
  readonly #perSymbol = new ConcurrencyLimiter(1);
  readonly #perAccount = new ConcurrencyLimiter(ACCOUNT_RESUMES_MAX);

  /** Runs a call for a session and a symbol when its account may make one more. */
  run<T>(session: StreamSession, symbol: string, call: () => Promise<T>): Promise<T> {
    const account = limitOwnerOf(session) ?? "";
    return this.#perSymbol.run(`${account} ${symbol}`, () => this.#perAccount.run(account, call));
  }
}
