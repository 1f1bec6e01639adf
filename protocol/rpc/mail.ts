/** E-mails, and the RPC of the object that shows them where none are sent. */

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
