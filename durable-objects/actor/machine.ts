import type { Log } from "../../protocol/log/events.ts";
import type { Alert } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { JournalStorage } from "./journal.ts";
import type { Projection } from "./projection.ts";

/** A deterministic state machine: the same entries and messages at the same times give the same state, messages and events. */
export interface Machine<State, Local, In, Out, Event> {
  initial(): State;
  /**
   * Entries that come first in the next commit, at `now`: they bring a state of an older release up to date, or do what
   * is due with any commit. None by default.
   */
  upgradeEntries?(state: Readonly<State>, now: number): readonly Local[];
  applyLocal(state: State, entry: Local, now: number, effects: Effects<Out, Event>): void;
  applyMessage(state: State, from: string, message: In, now: number, effects: Effects<Out, Event>): void;
  /**
   * The form in which the journal keeps a message, which a replay applies in its place: for a machine that stores the
   * content elsewhere in the same commit. By default the journal keeps the message itself.
   */
  journalForm?(message: In): unknown;
  save(state: State): unknown;
  load(saved: unknown): State;
}

/** What a machine may do besides changing its state. */
export interface Effects<Out, Event> {
  /** Sends a message to another actor. */
  send(to: string, message: Out): void;
  /** Emits an event, which the object stores with the commit (`persist`) and publishes after it (`committed`). */
  emit(event: Event): void;
}

/** The platform, as the actor uses it, and what its object does with events. */
export interface ActorPorts<Local, In, Out, Event> {
  readonly storage: JournalStorage & { sync(): Promise<void> };
  now(): number;
  random(): number;
  deliver(to: string, envelope: Envelope<Out>): Promise<Envelope<In>>;
  /** How long messages for this receiver may gather before they are sent; 0 by default. */
  batchDelayMs?(to: string): number;
  /**
   * Whether messages of this sender may be journalled late: they tell what has happened, and nobody waits for it. False
   * by default.
   */
  mayWait?(from: string): boolean;
  /** Wakes the object at this time at the latest. */
  armBy(at: number): void;
  /** Stores an event. Runs inside the commit's transaction, when the event is emitted. */
  persist(event: Event): void;
  /** Writes together what `persist` has only noted. Runs at the end of the commit's transaction. */
  writePersisted?(): void;
  /** Rows that are written later than the commit whose events they come from. */
  readonly projection?: Projection<Event>;
  /** Runs after a commit. The platform holds back everything sent from here until the commit is durable. */
  committed(events: readonly Event[]): void;
  /** Entries that the actor journals for an alert, in the commit that raises it. */
  onAlert?(alert: Alert): readonly Local[];
  /** Restarts the object from its journal. */
  abort(reason: string): void;
  readonly log: Log;
}
