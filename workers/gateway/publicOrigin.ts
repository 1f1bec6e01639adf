import type { AppContext } from "./context.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** PUBLIC_URL as it was read last. A plain value: any request of the isolate may use it. */
let read: { readonly text: string; readonly url: URL } | null = null;

/**
 * The origin of this exchange, as OAuth, passkeys and our own pages know it. It is configured (PUBLIC_URL): what a request
 * says of its host is the client's choice. Only an exchange on one's own machine takes the name and the port that it is
 * asked by, if that is one of this machine. Anywhere else it is https, whatever the last hop was. Throws when PUBLIC_URL
 * is no address.
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

/** True for an address on this machine, which plain http cannot leave. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
