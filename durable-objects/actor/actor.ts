import type { ActorReport, Alert, Cursors } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { Alerts, type Finding } from "./alerts.ts";
import { type ApplyEntries, CommitQueue, type Commit, type Decide, type Request } from "./commit.ts";
import { halveMessages, type JournalEntry, type SavedActor } from "./formats.ts";
import { Journal } from "./journal.ts";
import { PEER_REPLY_TIMEOUT_MS, REPORT_PEERS_MAX, RESEND_ALARM_MS } from "./limits.ts";
import type { ActorPorts, Effects, Machine } from "./machine.ts";
import { DeadLetters } from "./deadLetters.ts";
import { Dispatcher } from "./dispatcher.ts";
import { EntryApplier } from "./entryApplier.ts";
import { EnvelopeApplier } from "./envelopeApplier.ts";
import { recordFailure } from "./failures.ts";
import { InboxOutbox } from "./inboxOutbox.ts";
import { refuseOtherVenue } from "./otherVenue.ts";
import { OutboxSender } from "./outboxSender.ts";
import { Replies } from "./replies.ts";

const ignore = () => undefined;

/**
 * Runs a deterministic machine over a journal. Requests that arrive while a commit is being written are decided
 * together, applied in memory and journalled in the next commit. Messages that the machine sends are numbered and sent
 * again until the receiver acknowledges them. After a crash, snapshot and journal restore the state and the messages.
 */
export class Actor<State, Local, In, Out, Event> {
  readonly #address: string;
  readonly #machine: Machine<State, Local, In, Out, Event>;
  readonly #ports: ActorPorts<Local, In, Out, Event>;
  readonly #journal: Journal<JournalEntry<Local, In>>;
  readonly #alerts: Alerts;
  readonly #deadLetters: DeadLetters;
  readonly #messages: InboxOutbox<In, Out>;
  readonly #applier: EntryApplier<State, Local, In, Out, Event>;
  readonly #envelopes: EnvelopeApplier<Local, In, Out, Event>;
  readonly #sender: OutboxSender;
  readonly #replies: Replies<In>;
  readonly #dispatcher: Dispatcher;
  readonly #commits: CommitQueue<Request<State, Local, In>>;
  #state: State;
  /** Time of the newest commit. The next commit is not earlier, even when the clock was set back (AK-21). */
  committedAt = 0;
  /** Acknowledgements since the last commit. The next commit journals them: losing one only repeats a message. */
  readonly #acknowledged = new Map<string, number>();

  constructor(
    address: string,
    machine: Machine<State, Local, In, Out, Event>,
    ports: ActorPorts<Local, In, Out, Event>,
  ) {
    this.#address = address;
    this.#machine = machine;
    this.#ports = ports;
    this.#journal = new Journal(ports.storage, halveMessages, ports.projection);
    this.#alerts = new Alerts(ports.storage.sql);
    this.#deadLetters = new DeadLetters(ports.storage.sql);
    this.#messages = new InboxOutbox(address);
    this.#applier = new EntryApplier(machine, this.#messages, (event) => ports.persist(event));
    this.#envelopes = new EnvelopeApplier(this.#messages, this.#deadLetters, this.#alerts, {
      append: (entry, commit) => this.#append(entry, commit),
      raise: (alerts, commit) => this.#raise(alerts, commit),
      acknowledge: (from, ack) => this.#acknowledge(from, ack),
    });
    this.#state = machine.initial();
    this.#sender = new OutboxSender({
      hasPending: (to) => this.#messages.hasPending(to),
      sendEnvelope: async (to) => this.#replies.take(await this.#deliver(to)),
      leaveNothingOut: (to) => this.#messages.leaveNothingOut(to),
      lastSent: (to) => this.#messages.lastSent(to),
      lastAcknowledged: (to) => this.#messages.lastAcknowledged(to),
      answeredThrough: (to) => this.#replies.answeredThrough(to),
      unappliedThrough: (to, through) => this.#messages.unappliedThrough(to, through),
      random: () => ports.random(),
      log: (...call) => ports.log(...call),
    });
    this.#replies = new Replies(this.#messages, {
      acknowledge: (from, ack) => this.#acknowledge(from, ack),
      acknowledged: (from) => this.#dispatcher.acknowledged(from),
      queue: (reply, refuse) => this.#addEnvelope(reply, false, ignore, refuse),
      refuse: (reply) => this.#submitEnvelope(reply, false),
    });
    this.#dispatcher = new Dispatcher(this.#sender, this.#messages, {
      batchDelayMs: (to) => ports.batchDelayMs?.(to) ?? 0,
      hasAlerts: () => this.#alerts.hasOpen,
      reportFindings: (scope, findings) => this.reportFindings(scope, findings),
    });
    this.#commits = new CommitQueue({
      commit: (batch) => this.#commit(batch),
      sync: () => ports.storage.sync(),
      now: () => ports.now(),
      restart: (error) => this.#restart(error),
    });
    this.#recover();
  }

  /** The state, read-only: only the machine changes it. Throws while the object is about to restart. */
  get state(): Readonly<State> {
    if (this.#commits.failed) throw new Error("the object is restarting");
    return this.#state;
  }

  /**
   * Decides a request on the current state, then applies and journals its entries. Resolves once they are written.
   * Rejects when deciding throws (then nothing has changed) and when the commit fails. A request of several decisions
   * calls `apply` with the entries of each, so that the next one is decided on the state after them, in the same commit;
   * what was applied remains when a later decision throws. `decisions` is their number.
   */
  execute<T>(decide: Decide<State, Local, T>, decisions = 1): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (state: State, now: number, apply: ApplyEntries<Local>) => {
        const { entries, outcome } = decide(state, now, apply);
        return { entries, finish: () => resolve(outcome) };
      };
      const request = { run, envelope: null, wantsReply: false, report: null, deferrable: false } as const;
      this.#commits.add({ ...request, decisions, fail: reject });
    });
  }

  /** Applies the new messages of another actor's envelope. Replies with the messages that are pending for that actor. */
  async receive(envelope: Envelope<In>): Promise<Envelope<Out>> {
    refuseOtherVenue(this.#address, envelope.from);
    await this.#submitEnvelope(envelope, true);
    return this.#messages.reply(envelope.from, envelope.received);
  }

  /** The messages pending for a peer, for a reply to its envelope that carries more than `receive` returns. */
  pendingFor(peer: string): Envelope<Out> {
    return this.#messages.reply(peer);
  }

  /**
   * Waits until `to` has applied every message sent to it so far and its replies have been applied here. Resolves to
   * false after PEER_REPLY_TIMEOUT_MS: the messages stay in the outbox and are delivered later.
   */
  awaitReply(to: string): Promise<boolean> {
    return this.#sender.awaitReply(to, this.#messages.lastSent(to), PEER_REPLY_TIMEOUT_MS);
  }

  /** Sends all pending messages. Call it from the object's alarm. */
  resumeSending(): void {
    for (const to of this.#messages.pendingReceivers()) this.#sender.resume(to);
    this.arm();
  }

  /** Sets the alarm while messages are pending. */
  arm(): void {
    if (this.#messages.hasPendingMessages) this.#ports.armBy(this.#ports.now() + RESEND_ALARM_MS);
  }

  /** Sequences of the messages exchanged with `peer`. */
  cursors(peer: string): Cursors {
    return this.#messages.cursors(peer);
  }

  /** Whether any receiver has pending messages. */
  get hasPendingMessages(): boolean {
    return this.#messages.hasPendingMessages;
  }

  /** Addresses with pending messages. */
  get pendingReceivers(): readonly string[] {
    return this.#messages.pendingReceivers();
  }

  /** Sends the pending messages of `to` at once, without waiting for a back-off: call it when `to` is known to be reachable. */
  flush(to: string): void {
    if (this.#messages.hasPending(to)) this.#sender.flush(to);
  }

  /** Replaces the findings of a scope: each new one raises an alert, and each alert without a finding is closed. */
  reportFindings(scope: string, findings: readonly Finding[]): void {
    if (this.#commits.failed || !this.#alerts.wouldChange(scope, findings)) return;
    const [run, report] = [() => ({ entries: [], finish: ignore }), { scope, findings }];
    this.#commits.add({ run, envelope: null, wantsReply: false, report, deferrable: true, fail: ignore });
  }

  /** The report for administrators. */
  report(): ActorReport {
    const peers = this.#messages.peers();
    return {
      address: this.#address,
      alerts: this.#alerts.list(),
      parked: this.#deadLetters.list(),
      peers: peers.slice(0, REPORT_PEERS_MAX).map((peer) => ({ peer, ...this.#messages.cursors(peer) })),
      peerCount: peers.length,
      journal: this.#journal.size,
    };
  }

  #recover(): void {
    this.#journal.recover(
      (saved) => {
        const snapshot = saved as SavedActor<Out>;
        this.#state = this.#machine.load(snapshot.state);
        this.#messages.load(snapshot.mailbox);
        this.committedAt = snapshot.now;
      },
      (entries, at, isProjected) => {
        this.committedAt = at;
        const effects = {
          send: (to: string, message: Out) => this.#messages.send(to, message),
          // Events of earlier commits are already stored, and their listeners are gone.
          emit: (event: Event) => void (isProjected || this.#ports.projection?.add(event)),
        };
        for (const entry of entries) this.#applier.apply(this.#state, entry, at, effects);
      },
    );
    this.arm();
    // In a timer, not in the constructor: the request that woke the object goes first, and a book may have messages for
    // thousands of accounts.
    if (this.#messages.hasPendingMessages) setTimeout(() => this.resumeSending(), 0);
  }

  async #deliver(to: string): Promise<Envelope<In>> {
    // After a failed commit the outbox holds messages that were rolled back.
    if (this.#commits.failed) throw new Error("the object is restarting");
    return this.#ports.deliver(to, this.#messages.nextEnvelope(to));
  }

  #submitEnvelope(envelope: Envelope<In>, wantsReply: boolean): Promise<void> {
    return new Promise((resolve, reject) => this.#addEnvelope(envelope, wantsReply, resolve, reject));
  }

  #addEnvelope(envelope: Envelope<In>, wantsReply: boolean, finish: () => void, fail: (error: unknown) => void): void {
    const deferrable = this.#ports.mayWait?.(envelope.from) === true && !this.#sender.hasWaiters(envelope.from);
    // Before it is queued, because a quiet object commits it at once. One that is refused is sent again in full.
    const before = this.#messages.noteReceived(envelope);
    const refuse = (error: unknown) => {
      this.#messages.forgetReceived(envelope.from, before);
      fail(error);
    };
    const run = () => ({ entries: [], finish });
    this.#commits.add({ run, envelope, wantsReply, report: null, deferrable, fail: refuse });
  }

  #acknowledge(from: string, ack: number): void {
    if (this.#messages.acknowledge(from, ack) > 0) this.#acknowledged.set(from, ack);
  }

  /** Restarts the object, because memory holds what was rolled back. */
  async #restart(error: unknown): Promise<void> {
    this.#ports.log("actor.commit_failed", { error: String(error) });
    await recordFailure(error, this.committedAt, this.#ports, this.#deadLetters, this.#alerts);
    this.#ports.abort("commit failed");
  }

  /** Decides, applies and journals one batch without an await, so that all of it or nothing becomes durable. */
  #commit(batch: readonly Request<State, Local, In>[]): boolean {
    const commit = this.#begin();
    try {
      this.#ports.storage.transactionSync(() => {
        const first = this.#machine.upgradeEntries?.(this.#state, commit.now) ?? [];
        for (const entry of first) this.#append(["local", entry], commit);
        for (const request of batch) this.#applyRequest(request, commit);
        this.#write(commit);
      });
      if (this.#journal.snapshotDue) {
        const [state, mailbox] = [this.#machine.save(this.#state), this.#messages.save()];
        this.#journal.writeSnapshot({ state, mailbox, now: commit.now } satisfies SavedActor<Out>);
      }
    } catch (error) {
      for (const request of batch) request.fail(error);
      throw error;
    }
    for (const finish of commit.finished) finish();
    for (const alert of commit.alerts) this.#ports.log("alert.raised", { ...alert });
    if (commit.wrote) this.#ports.committed(commit.events);
    this.#dispatcher.dispatch(batch, commit.receivers);
    this.arm();
    return commit.wrote;
  }

  #begin(): Commit<Local, In, Out, Event> {
    const now = Math.max(this.#ports.now(), this.committedAt);
    this.committedAt = now;
    const events: Event[] = [];
    const receivers = new Set<string>();
    const effects: Effects<Out, Event> = {
      send: (to, message) => {
        this.#messages.send(to, message);
        receivers.add(to);
      },
      emit: (event) => {
        // Stored at once: a later decision of the same batch reads it.
        this.#applier.persist(event);
        this.#ports.projection?.add(event);
        events.push(event);
      },
    };
    return { now, entries: [], events, alerts: [], receivers, effects, finished: [], wrote: false };
  }

  #applyRequest(request: Request<State, Local, In>, commit: Commit<Local, In, Out, Event>): void {
    if (request.report !== null) {
      const { scope, findings } = request.report;
      this.#raise(this.#alerts.reportFindings(scope, findings, commit.now), commit);
      commit.wrote = true;
    }
    if (request.envelope !== null) {
      if (!this.#envelopes.apply(request.envelope, commit)) return request.fail(new Error("cursors have diverged"));
      if (!request.wantsReply) this.#replies.committed(request.envelope);
    }
    const decision = this.#decide(request, commit);
    if (decision === null) return;
    for (const entry of decision.entries) this.#append(["local", entry], commit);
    commit.finished.push(decision.finish);
  }

  #raise(alerts: readonly Alert[], commit: Commit<Local, In, Out, Event>): void {
    for (const alert of alerts) {
      commit.alerts.push(alert);
      for (const entry of this.#ports.onAlert?.(alert) ?? []) this.#append(["local", entry], commit);
    }
  }

  #append(entry: JournalEntry<Local, In>, { entries, now, effects }: Commit<Local, In, Out, Event>): void {
    this.#applier.apply(this.#state, entry, now, effects);
    entries.push(this.#applier.journalForm(entry));
  }

  #write(commit: Commit<Local, In, Out, Event>): void {
    const { entries, now } = commit;
    this.#ports.writePersisted?.();
    if (entries.length > 0) {
      // Last: on replay they acknowledge messages that the entries before them send.
      for (const [to, through] of this.#acknowledged) entries.push(["acknowledged", to, through]);
      this.#acknowledged.clear();
      this.#journal.append(entries, now);
      commit.wrote = true;
    }
    this.#journal.writeProjection();
  }

  #decide(request: Request<State, Local, In>, commit: Commit<Local, In, Out, Event>) {
    let applying = false;
    const apply: ApplyEntries<Local> = (entries) => {
      applying = true;
      for (const entry of entries) this.#append(["local", entry], commit);
      applying = false;
    };
    try {
      return request.run(this.#state, commit.now, apply);
    } catch (error) {
      // An entry that was applied in part is a failure of the commit.
      if (applying) throw error;
      request.fail(error);
      return null;
    }
  }
}
