import type { ActorReport, Alert, Cursors } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { Alerts, type Finding } from "./alerts.ts";
import { CommitQueue, type Commit, type Request } from "./commit.ts";
import { halveMessages, type JournalEntry, type SavedActor } from "./formats.ts";
import { Journal } from "./journal.ts";
import {
  PEER_REPLY_TIMEOUT_MS,
  OUTBOX_ALERT_MESSAGES,
  DEAD_LETTER_AFTER_FAILURES,
  REPORT_PEERS_MAX,
  RESEND_ALARM_MS,
} from "./limits.ts";
import type { ActorPorts, Effects, Machine } from "./machine.ts";
import { DeadLetters, failedMessageOf, type FailedMessage } from "./deadLetters.ts";
import { EntryApplier } from "./entryApplier.ts";
import { InboxOutbox } from "./inboxOutbox.ts";
import { OutboxSender } from "./outboxSender.ts";

/**
 * The one place that knows how nothing is lost. An actor is a deterministic machine with a journal: requests that
 * arrive together are decided, applied in memory and journalled in one commit; what the machine sends is numbered mail
 * that is repeated until it is acknowledged; after a crash, snapshot and journal rebuild state and mail alike.
 */

const NOTHING_TO_DO = { mail: null, answers: false, found: null };

export class Actor<State, Local, In, Out, Event> {
  readonly #address: string;
  readonly #machine: Machine<State, Local, In, Out, Event>;
  readonly #ports: ActorPorts<Local, In, Out, Event>;
  readonly #journal: Journal<JournalEntry<Local, In>>;
  readonly #alerts: Alerts;
  readonly #deadLetters: DeadLetters;
  readonly #messages: InboxOutbox<In, Out>;
  readonly #applier: EntryApplier<State, Local, In, Out, Event>;
  readonly #sender: OutboxSender;
  readonly #commits: CommitQueue<Request<State, Local, In>>;
  #state: State;
  /** When the newest commit was: the present is not before it, whatever the clock says (AK-21). */
  committedAt = 0;
  /** Acknowledgements since the last commit: journalled with the next one, because losing them only repeats mail. */
  readonly #acknowledged = new Map<string, number>();

  constructor(
    address: string,
    machine: Machine<State, Local, In, Out, Event>,
    ports: ActorPorts<Local, In, Out, Event>,
  ) {
    this.#address = address;
    this.#machine = machine;
    this.#ports = ports;
    this.#journal = new Journal(ports.storage, halveMessages);
    this.#alerts = new Alerts(ports.storage.sql);
    this.#deadLetters = new DeadLetters(ports.storage.sql);
    this.#messages = new InboxOutbox(address);
    this.#applier = new EntryApplier(machine, this.#messages, (event) => ports.persist(event));
    this.#state = machine.initial();
    this.#sender = new OutboxSender({
      hasPending: (to) => this.#messages.hasPending(to),
      sendEnvelope: async (to) => {
        await this.#submitEnvelope(await ports.deliver(to, this.#messages.envelope(to)), false);
      },
      lastAcknowledged: (to) => this.#messages.lastAcknowledged(to),
      unappliedThrough: (to, through) => this.#messages.unappliedThrough(to, through),
      now: () => ports.now(),
      random: () => ports.random(),
      log: (event, facts) => ports.log(event, facts),
    });
    this.#commits = new CommitQueue({
      commit: (batch) => this.#commit(batch),
      sync: () => ports.storage.sync(),
      restart: (error) => this.#restart(error),
    });
    this.#recover();
  }

  /** The state, to read from; it is changed by the machine alone. Throws while the object is about to restart. */
  get state(): Readonly<State> {
    if (this.#commits.failed) throw new Error("the object is restarting");
    return this.#state;
  }

  /**
   * Decides a request on the current state and applies its entries. Requests that arrive while a commit is being
   * written are decided together in the next one. Rejects only when deciding throws; then nothing has changed.
   */
  execute<T>(decide: (state: Readonly<State>, now: number) => { entries: readonly Local[]; outcome: T }): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (state: State, now: number) => {
        const { entries, outcome } = decide(state, now);
        return { entries, finish: () => resolve(outcome) };
      };
      this.#commits.add({ ...NOTHING_TO_DO, run, fail: reject });
    });
  }

  /** Takes another actor's envelope, applies what is new in it, and answers with our mail for that actor. */
  async receive(envelope: Envelope<In>): Promise<Envelope<Out>> {
    await this.#submitEnvelope(envelope, true);
    return this.#messages.envelope(envelope.from);
  }

  /**
   * Waits until `to` has applied everything sent to it so far and its answer has been applied here. False when that
   * takes longer than PEER_REPLY_TIMEOUT_MS: the mail stays in the outbox and will be delivered later.
   */
  awaitReply(to: string): Promise<boolean> {
    return this.#sender.awaitReply(to, this.#messages.lastSent(to), PEER_REPLY_TIMEOUT_MS);
  }

  /** Sends what is still owed. Call from the object's alarm. */
  resumeSending(): void {
    for (const to of this.#messages.pendingReceivers()) this.#sender.resume(to);
    this.#armIfOwing();
  }

  /** How far the mail with `peer` is. */
  cursors(peer: string): Cursors {
    return this.#messages.cursors(peer);
  }

  /** Whether anybody is owed mail, and who. */
  get hasPendingMessages(): boolean {
    return this.#messages.hasPendingMessages;
  }
  get pendingReceivers(): readonly string[] {
    return this.#messages.pendingReceivers();
  }

  /** Sends what is pending for `to` at once, also when a failed envelope waits its time: `to` is known to be well. */
  flush(to: string): void {
    if (this.#messages.hasPending(to)) this.#sender.flush(to);
  }

  /** Takes all that is wrong in a scope now: new findings raise alerts, and alerts that are no longer found are closed. */
  reportFindings(scope: string, findings: readonly Finding[]): void {
    if (this.#commits.failed || !this.#alerts.wouldChange(scope, findings)) return;
    const run = () => ({ entries: [], finish: () => undefined });
    this.#commits.add({ ...NOTHING_TO_DO, run, found: { scope, findings }, fail: () => undefined });
  }

  /** What administrators may know of the actor. */
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
      (entries, at) => {
        this.committedAt = at;
        // Events of old commits are stored already, and whoever listened to them has gone.
        const effects = { send: (to: string, message: Out) => this.#messages.send(to, message), emit: () => undefined };
        for (const entry of entries) this.#applier.apply(this.#state, entry, at, effects);
      },
    );
    this.#armIfOwing();
    // What a constructor sends goes before the request that woke the object, and a book may owe thousands of accounts.
    if (this.#messages.hasPendingMessages) setTimeout(() => this.resumeSending(), 0);
  }

  #submitEnvelope(envelope: Envelope<In>, answers: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const run = () => ({ entries: [], finish: resolve });
      this.#commits.add({ run, mail: envelope, answers, found: null, fail: reject });
    });
  }

  /** Memory can no longer be trusted. Notes the message that is to blame, if one is, and restarts. */
  async #restart(error: unknown): Promise<void> {
    this.#ports.log("actor.commit_failed", { error: String(error) });
    const poison = failedMessageOf(error);
    if (poison !== null) {
      try {
        this.#ports.storage.transactionSync(() => this.#recordFailure(poison));
        // An abort may take with it what is not durable yet.
        await this.#ports.storage.sync();
      } catch (failure) {
        this.#ports.log("actor.failure_not_recorded", { error: String(failure) });
      }
    }
    this.#ports.abort("commit failed");
  }

  #recordFailure(poison: FailedMessage): void {
    const failures = this.#deadLetters.recordFailure(poison);
    const { from, seq } = poison;
    const facts = { from, seq, failures, error: poison.message };
    this.#ports.log("message.failed", facts);
    if (failures <= DEAD_LETTER_AFTER_FAILURES) return;
    // It should have been put aside by now, but too much has been already.
    const blocked = { kind: "mail_blocked", key: `${from} ${seq}`, facts };
    for (const alert of this.#alerts.raise("mail", blocked, this.committedAt)) this.#ports.log("alert", { ...alert });
  }

  /** Decides, applies and journals one batch, with no await between: all of it or nothing becomes durable. */
  #commit(batch: readonly Request<State, Local, In>[]): boolean {
    const commit = this.#begin();
    try {
      this.#ports.storage.transactionSync(() => {
        for (const entry of this.#machine.upgradeEntries?.(this.#state) ?? []) this.#append(["local", entry], commit);
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
    for (const alert of commit.alerts) this.#ports.log("alert", { ...alert });
    this.#ports.committed(commit.events);
    this.#dispatch(batch, commit.receivers);
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
        // Events are stored as they happen, so that a later decision of the same batch finds them.
        this.#applier.persist(event);
        events.push(event);
      },
    };
    return { now, entries: [], events, alerts: [], receivers, effects, finished: [], wrote: false };
  }

  #applyRequest(request: Request<State, Local, In>, commit: Commit<Local, In, Out, Event>): void {
    if (request.found !== null) {
      const { scope, findings } = request.found;
      this.#raise(this.#alerts.reportFindings(scope, findings, commit.now), commit);
      commit.wrote = true;
    }
    if (request.mail !== null && !this.#applyEnvelope(request.mail, commit)) {
      return request.fail(new Error("cursors have diverged"));
    }
    const decision = this.#decide(request, commit.now);
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
    entries.push(this.#journalled(entry));
  }

  #journalled(entry: JournalEntry<Local, In>): JournalEntry<Local, In> {
    if (entry[0] !== "mail" || this.#machine.journalForm === undefined) return entry;
    const [kind, from, first, messages] = entry;
    return [kind, from, first, messages.map((message) => this.#machine.journalForm?.(message) as In)];
  }

  #write(commit: Commit<Local, In, Out, Event>): void {
    const { entries, events, now } = commit;
    if (entries.length > 0) {
      // Acknowledgements last: on replay they settle mail that the entries before them have sent.
      for (const [to, through] of this.#acknowledged) entries.push(["acknowledged", to, through]);
      this.#acknowledged.clear();
      this.#journal.append(entries, now);
      commit.wrote = true;
    }
    if (events.length > 0) this.#ports.persistCommit?.(events);
  }

  #dispatch(batch: readonly Request<State, Local, In>[], receivers: ReadonlySet<string>): void {
    const answered = new Set<string>();
    for (const { mail, answers } of batch) {
      if (mail === null) continue;
      if (answers) answered.add(mail.from);
      this.#sender.notifyWaiters(mail.from);
      this.#watchOutbox(mail.from);
    }
    for (const to of receivers) {
      const patienceMs = this.#ports.batchDelayMs?.(to) ?? 0;
      if (answered.has(to) && this.#messages.fitsEnvelope(to)) this.#sender.sendAfterPiggyback(to);
      else if (patienceMs > 0) this.#sender.sendWithin(to, patienceMs);
      else this.#sender.send(to);
      this.#watchOutbox(to);
    }
    this.#armIfOwing();
  }

  /** An outbox is never cut short, so somebody must hear of one that grows and grows. */
  #watchOutbox(to: string): void {
    const pending = this.#messages.pending(to);
    if (pending > OUTBOX_ALERT_MESSAGES)
      this.reportFindings(`outbox/${to}`, [{ kind: "outbox_long", key: "", facts: { to, pending } }]);
    else if (pending < OUTBOX_ALERT_MESSAGES / 2) this.reportFindings(`outbox/${to}`, []);
  }

  #decide(request: Request<State, Local, In>, now: number): { entries: readonly Local[]; finish: () => void } | null {
    try {
      return request.run(this.#state, now);
    } catch (error) {
      request.fail(error);
      return null;
    }
  }

  /** False when the envelope acknowledges mail that was never sent: somebody's past is lost, and no one here knows whose. */
  #applyEnvelope(envelope: Envelope<In>, commit: Commit<Local, In, Out, Event>): boolean {
    const { from, ack } = envelope;
    const sent = this.#messages.lastSent(from);
    if (ack > sent) {
      const facts = { peer: from, sent, acknowledged: ack };
      this.#raise(this.#alerts.raise("mail", { kind: "cursor_diverged", key: from, facts }, commit.now), commit);
      commit.wrote = true;
      return false;
    }
    if (this.#messages.acknowledge(from, ack) > 0) this.#acknowledged.set(from, ack);
    const fresh = this.#messages.newMessages(envelope);
    if (fresh !== null) this.#applyMessages(from, fresh.first, fresh.messages, commit);
    this.#messages.noteAnnounced(from, envelope.last ?? 0);
    return true;
  }

  #applyMessages(from: string, first: number, messages: readonly In[], commit: Commit<Local, In, Out, Event>): void {
    const last = first + messages.length - 1;
    const poison = this.#deadLetters.firstToDeadLetter(from, first, last);
    if (poison === null) {
      this.#append(["mail", from, first, messages], commit);
      return this.#deadLetters.forgetThrough(from, last);
    }
    const place = poison - first;
    if (place > 0) this.#append(["mail", from, first, messages.slice(0, place)], commit);
    const error = this.#deadLetters.add(from, poison, messages[place], commit.now);
    this.#append(["parked", from, poison], commit);
    const parked = { kind: "mail_parked", key: `${from} ${poison}`, facts: { from, seq: poison, error } };
    this.#raise(this.#alerts.raise("mail", parked, commit.now), commit);
    if (poison < last) this.#applyMessages(from, poison + 1, messages.slice(place + 1), commit);
    else this.#deadLetters.forgetThrough(from, last);
  }

  #armIfOwing(): void {
    if (this.#messages.hasPendingMessages) this.#ports.armBy(this.#ports.now() + RESEND_ALARM_MS);
  }
}
