import { FailedMessage, isConstraintViolation } from "./deadLetters.ts";
import type { JournalEntry } from "./formats.ts";
import type { InboxOutbox } from "./inboxOutbox.ts";
import type { ActorPorts, Effects, Machine } from "./machine.ts";

/** Applies journal entries to a machine's state and to the inbox and outbox, when they are decided and when they are replayed. */
export class EntryApplier<State, Local, In, Out, Event> {
  readonly #machine: Machine<State, Local, In, Out, Event>;
  readonly #messages: InboxOutbox<In, Out>;
  readonly #persist: ActorPorts<Local, In, Out, Event>["persist"];
  /** The last error of storing an event: it is the fault of the storage, not of the message being applied. */
  #storageError: unknown = null;

  constructor(
    machine: Machine<State, Local, In, Out, Event>,
    messages: InboxOutbox<In, Out>,
    persist: ActorPorts<Local, In, Out, Event>["persist"],
  ) {
    this.#machine = machine;
    this.#messages = messages;
    this.#persist = persist;
  }

  /** Throws FailedMessage when the machine cannot apply a message. */
  apply(state: State, entry: JournalEntry<Local, In>, now: number, effects: Effects<Out, Event>): void {
    switch (entry[0]) {
      case "local":
        return this.#machine.applyLocal(state, entry[1], now, effects);
      case "mail": {
        const [, from, first, messages] = entry;
        for (const [nth, message] of messages.entries()) {
          this.#applyMessage(state, from, first + nth, message, now, effects);
        }
        return this.#messages.markApplied(from, first + messages.length - 1);
      }
      case "parked":
        return this.#messages.markApplied(entry[1], entry[2]);
      case "acknowledged":
        this.#messages.acknowledge(entry[1], entry[2]);
    }
  }

  /** The form in which the journal keeps an entry. */
  journalForm(entry: JournalEntry<Local, In>): JournalEntry<Local, In> {
    if (entry[0] !== "mail" || this.#machine.journalForm === undefined) return entry;
    const [kind, from, first, messages] = entry;
    return [kind, from, first, messages.map((message) => this.#machine.journalForm?.(message) as In)];
  }

  /** Stores an event in the transaction of the current commit. */
  persist(event: Event): void {
    try {
      this.#persist(event);
    } catch (error) {
      if (!isConstraintViolation(error)) this.#storageError = error;
      throw error;
    }
  }

  #applyMessage(state: State, from: string, seq: number, message: In, now: number, effects: Effects<Out, Event>): void {
    try {
      this.#machine.applyMessage(state, from, message, now, effects);
    } catch (error) {
      // A full or broken disk says nothing about the message: it is applied when the disk works again.
      throw error === this.#storageError ? error : new FailedMessage(from, seq, error);
    }
  }
}
