/** The methods of a KV namespace that the provider library uses. */

export interface PutOptions {
  readonly expirationTtl?: number;
  /** Epoch seconds. */
  readonly expiration?: number;
  readonly metadata?: unknown;
}

export interface KeyValueStore {
  get(key: string, options?: { readonly type: "json" }): Promise<unknown>;
  put(key: string, value: string, options?: PutOptions): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { readonly prefix: string }): Promise<{
    readonly keys: readonly { readonly name: string; readonly metadata?: unknown }[];
    readonly list_complete: true;
  }>;
}
