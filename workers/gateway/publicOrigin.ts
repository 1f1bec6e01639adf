import type { AppContext } from "./context.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

interface KnownOrigin {
  readonly text: string;
  readonly url: URL;
  readonly isLocal: boolean;
  readonly isSecure: boolean;
}

/** PUBLIC_URL, and the origin of the last request, parsed. Plain values: any request of the isolate may use them. */
let configured: KnownOrigin | null = null;
let asked: KnownOrigin | null = null;

/**
 * The public origin of the exchange, for OAuth, passkeys and our own pages. It is configured (PUBLIC_URL), because the
 * client chooses the Host header. Only a local exchange takes host and port from the request, if they are of this
 * machine. Otherwise the origin is https. Throws when PUBLIC_URL is not a URL.
 */
export function publicOrigin(c: AppContext): URL {
  return originOf(c).url;
}

/** True when the public origin is https. */
export function isSecure(c: AppContext): boolean {
  return originOf(c).isSecure;
}

function originOf(c: AppContext): KnownOrigin {
  const text = c.env.PUBLIC_URL;
  if (configured?.text !== text) {
    const url = new URL(text);
    configured = known(text, isLoopback(url) ? `${url.protocol}//${url.host}` : `https://${url.host}`);
  }
  if (!configured.isLocal) return configured;
  const origin = textOfOrigin(c.req.url);
  if (asked?.text !== origin) asked = known(origin, origin);
  return asked.isLocal ? asked : configured;
}

function known(text: string, origin: string): KnownOrigin {
  const url = new URL(origin);
  return { text, url, isLocal: isLoopback(url), isSecure: url.protocol === "https:" };
}

/** Scheme, host and port of a URL: everything before its path. */
function textOfOrigin(url: string): string {
  const end = url.indexOf("/", url.indexOf("//") + 2);
  return end < 0 ? url : url.slice(0, end);
}

/** True for a loopback address, where plain http is safe. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
