import type { AppContext } from "./context.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** PUBLIC_URL, parsed. A plain value: any request of the isolate may use it. */
let read: { readonly text: string; readonly url: URL } | null = null;

/**
 * The public origin of the exchange, for OAuth, passkeys and our own pages. It is configured (PUBLIC_URL), because the
 * client chooses the Host header. Only a local exchange takes host and port from the request, if they are of this
 * machine. Otherwise the origin is https. Throws when PUBLIC_URL is not a URL.
 */
export function publicOrigin(c: AppContext): URL {
  const text = c.env.PUBLIC_URL;
  if (read?.text !== text) {
    const { protocol, host, hostname } = new URL(text);
    const local = LOOPBACK.test(hostname);
    read = { text, url: new URL(local ? `${protocol}//${host}` : `https://${host}`) };
  }
  if (!isLoopback(read.url)) return read.url;
  const asked = new URL(c.req.url);
  return isLoopback(asked) ? asked : read.url;
}

/** True for a loopback address, where plain http is safe. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
