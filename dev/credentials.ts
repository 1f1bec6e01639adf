/** An API key. */
export interface Key {
  readonly keyId: string;
  readonly secret: string;
}

/** How a request is authenticated: an API key, a bearer token, or not at all. */
export type Credentials = Key | { readonly bearer: string } | null;
