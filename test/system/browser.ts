/** A person's browser for tests: keeps cookies, follows what a test tells it to, fills in forms. */

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it is redirected to, in full; null when it is not. */
  readonly to: string | null;
}

export class Browser {
  readonly #cookies = new Map<string, string>();
  /** Sign-ins are counted by address. */
  readonly #ip: string;

  constructor(ip: string) {
    this.#ip = ip;
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#send(url, { method: "GET", headers });
  }

  /** Posts a form. The origin is that of the page it is on, unless a test says otherwise. */
  post(url: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}): Promise<Seen> {
    const own = { "Content-Type": "application/x-www-form-urlencoded", Origin: new URL(url).origin };
    const body = new URLSearchParams(fields).toString();
    return this.#send(url, { method: "POST", headers: { ...own, ...headers }, body });
  }

  /** Follows redirects within one host to a page, or to the first address at another host. */
  async open(url: string): Promise<Seen & { readonly url: string }> {
    let at = url;
    for (let hops = 0; hops < 10; hops++) {
      const seen = await this.get(at);
      if (seen.to === null || new URL(seen.to).host !== new URL(at).host) return { ...seen, url: at };
      at = seen.to;
    }
    throw new Error("redirected for ever");
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  async #send(url: string, init: { method: string; headers: Record<string, string>; body?: string }): Promise<Seen> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { "CF-Connecting-IP": this.#ip, ...(cookie === "" ? {} : { Cookie: cookie }), ...init.headers };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get("Location");
    const to = location === null ? null : new URL(location, url).href;
    return { status: response.status, headers: response.headers, text: await response.text(), to };
  }

  #keep(line: string): void {
    const match = /^([^=]+)=([^;]*)/.exec(line);
    if (match === null) return;
    if (/max-age=0\b/i.test(line)) this.#cookies.delete(match[1] ?? "");
    else this.#cookies.set(match[1] ?? "", match[2] ?? "");
  }
}

/** The hidden fields of a page's form, and its action. */
export function formOf(page: string): { readonly action: string; readonly fields: Record<string, string> } {
  const unescape = (text: string): string =>
    text.replace(/&(amp|quot|lt|gt|#39);/g, (entity) => ENTITIES[entity] ?? entity);
  const action = unescape(/<form [^>]*action="([^"]*)"/.exec(page)?.[1] ?? "");
  const fields: Record<string, string> = {};
  for (const [, name = "", value = ""] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    fields[name] = unescape(value);
  }
  return { action, fields };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&quot;": '"',
  "&lt;": "<",
  "&gt;": ">",
  "&#39;": "'",
};
