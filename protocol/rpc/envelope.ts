/** The envelope in which two actors exchange numbered messages. */

/**
 * Numbered messages between two actors. `first` is the sequence of `messages[0]`; the receiver applies each once and in
 * order and answers with its own pending messages for the sender. `ack`: everything through it has been applied.
 */
export interface Envelope<M> {
  readonly from: string;
  readonly first: number;
  readonly messages: readonly M[];
  readonly ack: number;
  /** Sequence of the sender's newest message for the receiver, when the envelope has not room for it. */
  readonly last?: number;
}
