/**
 * Calls of the exchange by the cookies of its session. A request that changes something has the session's CSRF token.
 * An access cookie lives 15 minutes: at 401 it is renewed once, for all requests that wait together.
 */
import { ApiError, NoAnswer } from "./error.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface CallOptions {
  readonly body?: unknown;
  /** The account that the request is about; the login's default one without it. */
  readonly account?: string | null;
  readonly signal?: AbortSignal;
  /** Headers of one request, such as Idempotency-Key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives the response itself, for files. */
  readonly raw?: boolean;
}

/** Round trips of the newest calls, in ms, for the status bar. */
export const callTimes: number[] = [];
const CALL_TIMES_KEPT = 50;

/** Kept over reloads: when the access cookie has run out, a renewal needs the token. It is worth nothing without cookies. */
const CSRF_KEY = "csrf";

let csrfToken: string | null = localStorage.getItem(CSRF_KEY);
let onSignedOut: () => void = () => {};
let renewal: Promise<boolean> | null = null;

/** Keeps the CSRF token of the session that has begun; null: there is no session any more. */
export function keepCsrfToken(token: string | null): void {
  csrfToken = token;
  if (token === null) localStorage.removeItem(CSRF_KEY);
  else localStorage.setItem(CSRF_KEY, token);
}

/** Called when the session has ended and cannot be renewed. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** Calls one route. Gives the parsed answer, null for an empty one. Throws ApiError or NoAnswer. */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const answer = await respond(method, path, options);
  if (options.raw === true) return answer as T;
  const text = await answer.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

/** The response of a call that was not refused. */
async function respond(method: Method, path: string, options: CallOptions): Promise<Response> {
  let answer = await send(method, path, options);
  if (answer.ok) return answer;
  let error = new ApiError(answer.status, await bodyOf(answer));
  if (isOfSession(error) && csrfToken !== null && (await renew())) {
    answer = await send(method, path, options);
    if (answer.ok) return answer;
    error = new ApiError(answer.status, await bodyOf(answer));
  }
  if (isOfSession(error) && csrfToken !== null) {
    keepCsrfToken(null);
    onSignedOut();
  }
  throw error;
}

/** Wrong passwords and codes are answered with 401, too: those say nothing about the session. */
const OF_CREDENTIALS: ReadonlySet<string> = new Set(["bad_credentials", "mfa_failed", "verification_failed"]);
const isOfSession = ({ status, reason }: ApiError): boolean => status === 401 && !OF_CREDENTIALS.has(reason);

async function send(method: Method, path: string, { body, account, signal, headers }: CallOptions): Promise<Response> {
  const began = performance.now();
  try {
    const answer = await fetch(path, {
      method,
      credentials: "same-origin",
      signal: signal ?? null,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(method === "GET" || csrfToken === null ? {} : { "X-CSRF-Token": csrfToken }),
        ...(account === undefined || account === null ? {} : { "X-Account-ID": account }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    callTimes.push(performance.now() - began);
    if (callTimes.length > CALL_TIMES_KEPT) callTimes.shift();
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NoAnswer(error);
  }
}

async function renew(): Promise<boolean> {
  renewal ??= (async () => {
    const answer = await send("POST", "/v1/auth/refresh", { body: {} });
    if (!answer.ok) return false;
    keepCsrfToken(((await answer.json()) as { csrf_token: string }).csrf_token);
    return true;
  })().finally(() => (renewal = null));
  return renewal;
}

async function bodyOf(answer: Response): Promise<Record<string, unknown>> {
  try {
    return (await answer.json()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
