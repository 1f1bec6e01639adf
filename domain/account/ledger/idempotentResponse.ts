/** The key that a client gave a request, and the digest of what it asked for. */
export interface IdempotencyKey {
  readonly key: string;
  readonly fingerprint: string;
}

/** An answer on the wire; `replayed` when it was first given to an earlier request with the same key. */
export interface IdempotentResponse {
  readonly status: number;
  readonly body: string;
  readonly replayed: boolean;
}

/** The answer of a request that moved money, kept under its key for the account's life. */
export type StoredResponse = IdempotencyKey & Omit<IdempotentResponse, "replayed">;
