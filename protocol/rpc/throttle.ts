/** RPC of a Throttle object, which counts failed attempts of one email or address and delays the next one. */
export interface ThrottleRpc {
  /**
   * Begins an attempt, which counts as failed until `giveBack`, so that concurrent attempts do not share a free one.
   * Returns the milliseconds to wait; 0 admits the attempt. The first `free` failures cause no delay.
   */
  begin(free: number): Promise<number>;
  /** An attempt did not fail. */
  giveBack(): Promise<void>;
  /** The number of failures that were not reported yet. Marks them as reported; they still delay attempts. */
  tell(): Promise<number>;
  /** Resets the count. Returns the number of failures that were not reported. */
  clear(): Promise<number>;
}
