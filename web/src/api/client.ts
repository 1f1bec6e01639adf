/**
 * Calls of the exchange by the cookies of its session. A request that changes something has the session's CSRF token.
 * An access cookie lives 15 minutes: at 401 it is renewed once, for all requests that wait together.
 */
import { ApiError, NoAnswer } from "./error.ts";
import { noteOrderTiming } from "./timing.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

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

/** Requests that change orders are timed. */
const OF_ORDERS = /^\/v[12]\/(?:orders|positions)(?![\w-])(?!\/preview)/;

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
  const first = await send(method, path, options);
  if (first.ok) return first;
  let refused = await errorOf(first);
  if (isOver(refused) && csrfToken !== null && (await renew())) {
    const second = await send(method, path, options);
    if (second.ok) return second;
    refused = await errorOf(second);
  }
  if (isOver(refused) && csrfToken !== null) {
    keepCsrfToken(null);
    onSignedOut();
  }
  throw refused;
}

/** The session is over, or its access cookie; a wrong password or code, which is 401 too, ends no session. */
function isOver({ status, reason }: ApiError): boolean {
  return status === 401 && (reason === "unauthorized" || reason === "session_ended" || reason === "");
}

async function errorOf(answer: Response): Promise<ApiError> {
  const seconds = Number(answer.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(answer.status, await bodyOf(answer), Number.isFinite(seconds) ? seconds : null);
}

async function send(method: Method, path: string, { body, account, signal, headers }: CallOptions): Promise<Response> {
  const [began, wasOffline] = [performance.now(), !navigator.onLine];
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
    if (method !== "GET" && OF_ORDERS.test(path)) {
      noteOrderTiming(performance.now() - began, answer.headers.get("Server-Timing"));
    }
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NoAnswer(error, wasOffline);
  }
}

/** Has the session's cookie renewed. False without an answer, and when the session has ended, which signs the page out. */
export async function renewSession(): Promise<boolean> {
  try {
    if (await renew()) return true;
    if (csrfToken !== null) {
      keepCsrfToken(null);
      onSignedOut();
    }
  } catch {
    // No answer: there is no connection.
  }
  return false;
}

async function renew(): Promise<boolean> {
  renewal ??= (async () => {
    const answer = await send("POST", "/v1/auth/refresh", { body: {} });
    // The exchange is busy or away: the session may well be there.
    if (answer.status >= 500 || answer.status === 429) throw new ApiError(answer.status, await bodyOf(answer));
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
