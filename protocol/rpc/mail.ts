/** E-mails, and the RPC of the object that shows them where none are sent. */

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
  /** The stored e-mails, newest first. */
  list(): Promise<KeptMail[]>;
  /** Erases the e-mails to an address. */
  forget(address: string): Promise<void>;
}
