/** The envelope in which two actors exchange numbered messages. */

/**
 * Numbered messages between two actors. `first` is the sequence of `messages[0]`. The receiver applies each message
 * once and in order, and answers with its own pending messages. `ack`: the last message of the receiver that the sender
 * has applied.
 */
export interface Envelope<M> {
  readonly from: string;
  readonly first: number;
  readonly messages: readonly M[];
  readonly ack: number;
  /** Sequence of the sender's last message, if the envelope does not contain that message. */
  readonly last?: number;
  /**
   * The last message of the receiver that has arrived at the sender, if it waits there for its commit: it is not
   * acknowledged, but a reply need not repeat it.
   */
  readonly received?: number;
}
