/** Mail to users, and the outbox that stands in for the post where there is none. */

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface KeptMail extends Mail {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface DevMailboxRpc {
  put(mail: Mail): Promise<void>;
  /** The mails kept, the newest first. */
  list(): Promise<KeptMail[]>;
  /** Erases the mails to an address. */
  forget(address: string): Promise<void>;
}
