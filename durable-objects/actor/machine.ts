import type { Alert } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { JournalStorage } from "./journal.ts";

/** A deterministic machine: the same entries and messages at the same times give the same state, mail and events. */
export interface Machine<State, Local, In, Out, Event> {
  initial(): State;
  /** Entries that come before anything else of a commit on this state; left out, none do. */
  upgradeEntries?(state: Readonly<State>): readonly Local[];
  applyLocal(state: State, entry: Local, now: number, effects: Effects<Out, Event>): void;
  applyMessage(state: State, from: string, message: In, now: number, effects: Effects<Out, Event>): void;
  /**
   * What the journal keeps of a message, for a machine that has its content stored with the commit and needs less to be
   * rebuilt: a replay applies this instead. Left out, the journal keeps messages whole.
   */
  journalForm?(message: In): unknown;
  save(state: State): unknown;
  load(saved: unknown): State;
}

export interface Effects<Out, Event> {
  /** Mail for another actor. */
  send(to: string, message: Out): void;
  /** Something for the object itself: to be stored with the commit (`persist`) and made public after it (`committed`). */
  emit(event: Event): void;
}

/** What the kernel needs of the platform, and what its object does with events. */
export interface ActorPorts<Local, In, Out, Event> {
  readonly storage: JournalStorage & { sync(): Promise<void> };
  now(): number;
  random(): number;
  deliver(to: string, envelope: Envelope<Out>): Promise<Envelope<In>>;
  /** How long mail for this receiver may gather before it is sent; left out, all mail goes at once. */
  batchDelayMs?(to: string): number;
  /** Wakes the object at this time at the latest. */
  armBy(at: number): void;
  /** Runs inside the commit's transaction, at once. */
  persist(event: Event): void;
  /** Runs at the end of the commit's transaction with all of its events, when there are any: one row instead of many. */
  persistCommit?(events: readonly Event[]): void;
  /** Runs after a batch was written; the platform holds back what it sends until the commit is durable. */
  committed(events: readonly Event[]): void;
  /** What the actor books of an alert of its own, in the commit that raises it. */
  onAlert?(alert: Alert): readonly Local[];
  /** Memory can no longer be trusted: restart from the journal. */
  abort(reason: string): void;
  log(event: string, facts: Record<string, unknown>): void;
}
