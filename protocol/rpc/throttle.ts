/** Failed attempts of one e-mail or one address, and how long they make the next one wait. */
export interface ThrottleRpc {
  /**
   * A try begins, and counts as failed until it is given back: attempts that race must not share a free one. Gives how many
   * milliseconds it came too early; 0: it may go on. `free` failures cost nothing.
   */
  begin(free: number): Promise<number>;
  /** One try was no failure. */
  giveBack(): Promise<void>;
  /** How many attempts have failed that nobody was told of; they count as told now, and go on making wait. */
  tell(): Promise<number>;
  /** The next failures count anew. Gives how many attempts had begun, were not given back and not told. */
  clear(): Promise<number>;
}
