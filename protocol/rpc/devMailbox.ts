/** RPC of the DevMailbox object, which shows e-mails instead of sending them. */

export interface Email {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface StoredEmail extends Email {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface DevMailboxRpc {
  put(mail: Email): Promise<void>;
  /** The stored e-mails, newest first. */
  list(): Promise<StoredEmail[]>;
  /** Erases the e-mails to an address. */
  forget(address: string): Promise<void>;
}
