/** Calls to external services (e-mail, identity providers) with a time limit, and a circuit breaker for each host. */
import { CircuitBreakers } from "../../domain/circuitBreaker.ts";

/** The longest time of a call: a client waits for it. */
const OUTGOING_MS_MAX = 10_000;

/** Thrown instead of a call when the host has failed several times in a row. */
export class CircuitOpen extends Error {
  override readonly name = "CircuitOpen";
  readonly retryAfterMs: number;

  constructor(host: string, retryAfterMs: number) {
    super(`${host} does not answer; the next try is in ${Math.ceil(retryAfterMs / 1000)} s`);
    this.retryAfterMs = retryAfterMs;
  }
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` with a time limit and circuit breakers. Use one per isolate or object, because it counts the failures of
 * hosts. A call fails when it throws, times out or gets a 5xx. Redirections are not followed, so that an external host
 * cannot choose where the exchange calls.
 */
export function guardedFetch(plain: Fetch = fetch, now: () => number = Date.now, timeoutMs = OUTGOING_MS_MAX): Fetch {
  const circuits = new CircuitBreakers();
  return async (input, init = {}) => {
    const { host } = new URL(input instanceof Request ? input.url : input);
    const circuit = circuits.of(host);
    const wait = circuit.enter(now());
    if (wait > 0) throw new CircuitOpen(host, wait);
    const signals = [AbortSignal.timeout(timeoutMs), ...(init.signal ? [init.signal] : [])];
    try {
      const answer = await plain(input, { redirect: "manual", ...init, signal: AbortSignal.any(signals) });
      if (answer.status >= 500) circuit.failed(now());
      else circuit.succeeded();
      return answer;
    } catch (error) {
      // A call that its caller aborted does not count as a failure.
      if (init.signal?.aborted !== true) circuit.failed(now());
      throw error;
    }
  };
}
