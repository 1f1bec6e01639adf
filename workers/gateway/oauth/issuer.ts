import type { AppContext } from "../context.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origin that this exchange is reached by, as OAuth names it. Only hosts of ours are routed here, so the request may
 * say which; anywhere but on this machine it is https, whatever the last hop was.
 */
export function issuerOf(c: AppContext): string {
  const url = new URL(c.req.url);
  return isLoopback(url) ? url.origin : `https://${url.host}`;
}

/** True for an address on this machine, which plain http cannot leave. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
