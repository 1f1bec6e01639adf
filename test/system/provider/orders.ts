/** How the test's provider is to misbehave at its token endpoint. */
export type Fault =
  /** No error, but the ID token is created again as with the others. */
  | "resigned"
  | "no_nonce"
  | "wrong_nonce"
  | "expired"
  | "issuer"
  | "audience"
  | "foreign_key"
  | "unsigned"
  | "pkce"
  | "down";

export interface Orders {
  /** Where the client may be sent back to: sets the provider up. */
  readonly redirectUris?: readonly string[];
  /** Left out: none. */
  readonly fault?: Fault;
}
