import type { AppContext } from "../context.ts";
import { deviceHeader } from "../devices.ts";

/**
 * The headers that a page passes on to the API: address and user agent for rate limits and the list of sessions, and
 * the device cookie.
 */
export function forwardedHeaders(c: AppContext): Headers {
  const headers = new Headers({ "Content-Type": "application/json", ...deviceHeader(c) });
  for (const name of ["CF-Connecting-IP", "User-Agent"]) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
}
