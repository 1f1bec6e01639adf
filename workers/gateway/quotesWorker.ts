/** Requests to the quotes worker, which trusts the gateway's authentication. */
import { callerIfAny, type AppContext } from "./context.ts";

/** Headers that name the caller between workers; those of a client are removed. */
const PRINCIPAL_HEADER = "x-principal";
const REQUEST_ID_HEADER = "x-request-id";
const TOKEN_HEADER = "x-access-token";
const CREDENTIAL_HEADERS = ["Authorization", "APCA-API-KEY-ID", "APCA-API-SECRET-KEY", "Cookie"];

/**
 * The request as the quotes worker sees it: its path normalized, and its credentials replaced by the principal that they
 * belong to. `token`: the access token of a page's session, which the relay verifies itself.
 */
export function requestForQuotes(c: AppContext, token: string | null = null): Request {
  const url = new URL(c.req.url);
  url.pathname = c.req.path;
  return new Request(url, { method: c.req.method, headers: headersForQuotes(c, token) });
}

/** The upgrade of a trading stream that the gateway opens for the caller of a request, in JSON. */
export function streamRequest(c: AppContext, token: string | null): Request {
  const headers = headersForQuotes(c, token);
  headers.delete("Content-Type");
  headers.set("Upgrade", "websocket");
  headers.set("X-Account-ID", c.get("caller").principal.accountId);
  return new Request(new URL("/stream", c.req.url), { headers });
}

function headersForQuotes(c: AppContext, token: string | null): Headers {
  const headers = new Headers(c.req.raw.headers);
  for (const name of [...CREDENTIAL_HEADERS, PRINCIPAL_HEADER, TOKEN_HEADER]) headers.delete(name);
  headers.set(REQUEST_ID_HEADER, c.get("requestId"));
  const caller = callerIfAny(c);
  if (caller !== undefined) headers.set(PRINCIPAL_HEADER, JSON.stringify(caller.principal));
  if (token !== null) headers.set(TOKEN_HEADER, token);
  return headers;
}
