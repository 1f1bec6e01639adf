/** The idempotency key of a request, and a digest of its content. */
export interface IdempotencyKey {
  readonly key: string;
  readonly fingerprint: string;
}

/** A response on the wire. `replayed` is true when an earlier request with the same key received it first. */
export interface IdempotentResponse {
  readonly status: number;
  readonly body: string;
  readonly replayed: boolean;
}

/** The response of a request that moved money, stored under its idempotency key for the account's life. */
export type StoredResponse = IdempotencyKey & Omit<IdempotentResponse, "replayed">;
