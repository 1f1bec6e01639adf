import type { Alert } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { Alerts } from "./alerts.ts";
import type { Commit } from "./commit.ts";
import type { DeadLetters } from "./deadLetters.ts";
import type { JournalEntry } from "./formats.ts";
import type { InboxOutbox } from "./inboxOutbox.ts";

/** What an envelope does to its actor. */
export interface EnvelopeApplierPorts<Local, In, C> {
  /** Applies an entry and journals it with the commit. */
  append(entry: JournalEntry<Local, In>, commit: C): void;
  raise(alerts: readonly Alert[], commit: C): void;
  /** `from` has applied the messages through `ack`. */
  acknowledge(from: string, ack: number): void;
}

/** Applies the envelopes of a commit: acknowledgements, new messages, and dead letters in their place. */
export class EnvelopeApplier<Local, In, Out, Event> {
  readonly #messages: InboxOutbox<In, Out>;
  readonly #deadLetters: DeadLetters;
  readonly #alerts: Alerts;
  readonly #ports: EnvelopeApplierPorts<Local, In, Commit<Local, In, Out, Event>>;

  constructor(
    messages: InboxOutbox<In, Out>,
    deadLetters: DeadLetters,
    alerts: Alerts,
    ports: EnvelopeApplierPorts<Local, In, Commit<Local, In, Out, Event>>,
  ) {
    this.#messages = messages;
    this.#deadLetters = deadLetters;
    this.#alerts = alerts;
    this.#ports = ports;
  }

  /** False when the envelope acknowledges a message that was never sent: one of the two actors has lost commits. */
  apply(envelope: Envelope<In>, commit: Commit<Local, In, Out, Event>): boolean {
    const { from, ack } = envelope;
    const sent = this.#messages.lastSent(from);
    if (ack > sent) {
      const finding = { kind: "cursor_diverged", key: from, facts: { peer: from, sent, acknowledged: ack } };
      this.#ports.raise(this.#alerts.raise("mail", finding, commit.now), commit);
      commit.wrote = true;
      return false;
    }
    this.#ports.acknowledge(from, ack);
    const next = this.#messages.newMessages(envelope);
    if (next !== null) this.#applyMessages(from, next.first, next.messages, commit);
    this.#messages.noteAnnounced(from, envelope.last ?? 0);
    return true;
  }

  #applyMessages(from: string, first: number, messages: readonly In[], commit: Commit<Local, In, Out, Event>): void {
    const last = first + messages.length - 1;
    const failing = this.#deadLetters.firstToDeadLetter(from, first, last);
    if (failing === null) {
      this.#ports.append(["mail", from, first, messages], commit);
      return this.#deadLetters.forgetThrough(from, last);
    }
    const index = failing - first;
    if (index > 0) this.#ports.append(["mail", from, first, messages.slice(0, index)], commit);
    const error = this.#deadLetters.add(from, failing, messages[index], commit.now);
    this.#ports.append(["parked", from, failing], commit);
    const finding = { kind: "mail_parked", key: `${from} ${failing}`, facts: { from, seq: failing, error } };
    this.#ports.raise(this.#alerts.raise("mail", finding, commit.now), commit);
    if (failing < last) this.#applyMessages(from, failing + 1, messages.slice(index + 1), commit);
    else this.#deadLetters.forgetThrough(from, last);
  }
}
