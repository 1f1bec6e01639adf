/** The rate limiting bindings of the gateway (wrangler.toml) and their limits. */
/** Requests a minute by binding; wrangler.toml says the same numbers (a test compares them). */
export const EDGE_LIMITS = {
  /** Everything that comes from an address. */
  ADDRESS_LIMIT: 1_000,
  /** What a user on the standard plan asks without reaching an account: market data, assets, sessions. */
  USER_LIMIT: 100,
  /** The same for the other plans, and for those who run the exchange. */
  BUSY_USER_LIMIT: 10_000,
  /** Attempts to authenticate, and requests that send e-mails. */
  SIGN_IN_LIMIT: 30,
  /** Sockets that are opened. */
  SOCKET_LIMIT: 60,
} as const;
export type EdgeLimit = keyof typeof EDGE_LIMITS;

/** Structural: what of the platform's binding is used. */
export type EdgeBindings = {
  readonly [name in EdgeLimit]?: { limit(options: { key: string }): Promise<{ success: boolean }> };
};
