/** Calls to services that are not ours (mail, identity providers): a time limit, and a circuit breaker for each host. */
import { CircuitBreakers } from "../../domain/circuitBreaker.ts";

/** No call takes longer; who waits for it has a client that waits. */
const OUTGOING_MS_MAX = 10_000;

/** Thrown instead of calling a host that has failed several times in a row. */
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
 * A `fetch` with both. Make one for the isolate or the object and keep it: what it has seen of a host is its state. A call
 * that throws, takes too long or is answered 5xx is a failure. Redirections are not followed: to where a host that is not
 * ours sends us is not for it to say.
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
      // Whoever gave up on its own says nothing of the host.
      if (init.signal?.aborted !== true) circuit.failed(now());
      throw error;
    }
  };
}
