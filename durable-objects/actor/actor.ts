import type { ActorReport, Alert, Cursors } from "../../protocol/inspect.ts";
import type { Envelope } from "../../protocol/rpc.ts";
import { Alerts } from "./alerts.ts";
import type { Finding } from "./alerts.ts";
import { CommitQueue } from "./commit.ts";
import type { Commit, Request } from "./commit.ts";
import { halveMail } from "./formats.ts";
import type { JournalEntry, SavedActor } from "./formats.ts";
import { Journal } from "./journal.ts";
import { ANSWER_WAIT_MS, OUTBOX_ALERT, POISON_TRIES, REPORT_PEERS_MAX, RESEND_ALARM_MS } from "./limits.ts";
import { Links } from "./links.ts";
import type { ActorPorts, Effects, Machine } from "./machine.ts";
import { Mailbox } from "./mailbox.ts";
import { isBrokenConstraint, poisonOf, PoisonMail, Quarantine } from "./quarantine.ts";

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
  readonly #quarantine: Quarantine;
  readonly #mailbox: Mailbox<In, Out>;
  readonly #links: Links;
  readonly #queue: CommitQueue<Request<State, Local, In>>;
  #state: State;
  /** What storing an event failed with. */
  #unstored: unknown = null;
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
    this.#journal = new Journal(ports.storage, halveMail);
    this.#alerts = new Alerts(ports.storage.sql);
    this.#quarantine = new Quarantine(ports.storage.sql);
    this.#mailbox = new Mailbox(address);
    this.#state = machine.initial();
    this.#links = new Links({
      hasPending: (to) => this.#mailbox.hasPending(to),
      exchange: async (to) => {
        await this.#acceptMail(await ports.deliver(to, this.#mailbox.envelope(to)), false);
      },
      lastAcknowledged: (to) => this.#mailbox.lastAcknowledged(to),
      missing: (to, through) => this.#mailbox.missing(to, through),
      now: () => ports.now(),
      random: () => ports.random(),
      log: (event, facts) => ports.log(event, facts),
    });
    this.#queue = new CommitQueue({
      commit: (batch) => this.#commit(batch),
      sync: () => ports.storage.sync(),
      giveUp: (error) => this.#giveUp(error),
    });
    this.#recover();
  }

  /** The state, to read from; it is changed by the machine alone. Throws while the object is about to restart. */
  get state(): Readonly<State> {
    if (this.#queue.failed) throw new Error("the object is restarting");
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
      this.#queue.add({ ...NOTHING_TO_DO, run, fail: reject });
    });
  }

  /** Takes another actor's envelope, applies what is new in it, and answers with our mail for that actor. */
  async receive(envelope: Envelope<In>): Promise<Envelope<Out>> {
    await this.#acceptMail(envelope, true);
    return this.#mailbox.envelope(envelope.from);
  }

  /**
   * Waits until `to` has applied everything sent to it so far and its answer has been applied here. False when that
   * takes longer than ANSWER_WAIT_MS: the mail stays in the outbox and will be delivered later.
   */
  settled(to: string): Promise<boolean> {
    return this.#links.settled(to, this.#mailbox.lastSent(to), ANSWER_WAIT_MS);
  }

  /** Sends what is still owed. Call from the object's alarm. */
  wake(): void {
    for (const to of this.#mailbox.receivers()) this.#links.resume(to);
    this.#armIfOwing();
  }

  /** How far the mail with `peer` is. */
  cursors(peer: string): Cursors {
    return this.#mailbox.cursors(peer);
  }

  /** Whether anybody is owed mail, and who. */
  get owing(): boolean {
    return this.#mailbox.owing;
  }
  get owed(): readonly string[] {
    return this.#mailbox.receivers();
  }

  /** Sends what is pending for `to` at once, also when a failed envelope waits its time: `to` is known to be well. */
  hurry(to: string): void {
    if (this.#mailbox.hasPending(to)) this.#links.hurry(to);
  }

  /** Takes all that is wrong in a scope now: new findings raise alerts, and alerts that are no longer found are closed. */
  found(scope: string, findings: readonly Finding[]): void {
    if (this.#queue.failed || !this.#alerts.differs(scope, findings)) return;
    const run = () => ({ entries: [], finish: () => undefined });
    this.#queue.add({ ...NOTHING_TO_DO, run, found: { scope, findings }, fail: () => undefined });
  }

  /** What administrators may know of the actor. */
  report(): ActorReport {
    const peers = this.#mailbox.peers();
    return {
      address: this.#address,
      alerts: this.#alerts.list(),
      parked: this.#quarantine.list(),
      peers: peers.slice(0, REPORT_PEERS_MAX).map((peer) => ({ peer, ...this.#mailbox.cursors(peer) })),
      peerCount: peers.length,
      journal: this.#journal.size,
    };
  }

  #recover(): void {
    this.#journal.recover(
      (saved) => {
        const snapshot = saved as SavedActor<Out>;
        this.#state = this.#machine.load(snapshot.state);
        this.#mailbox.load(snapshot.mailbox);
        this.committedAt = snapshot.now;
      },
      (entries, at) => {
        this.committedAt = at;
        // Events of old commits are stored already, and whoever listened to them has gone.
        const effects = { send: (to: string, message: Out) => this.#mailbox.send(to, message), emit: () => undefined };
        for (const entry of entries) this.#apply(entry, at, effects);
      },
    );
    this.#armIfOwing();
    // What a constructor sends goes before the request that woke the object, and a book may owe thousands of accounts.
    if (this.#mailbox.owing) setTimeout(() => this.wake(), 0);
  }

  #acceptMail(envelope: Envelope<In>, answers: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const run = () => ({ entries: [], finish: resolve });
      this.#queue.add({ run, mail: envelope, answers, found: null, fail: reject });
    });
  }

  /** Memory can no longer be trusted. Notes the message that is to blame, if one is, and restarts. */
  async #giveUp(error: unknown): Promise<void> {
    this.#ports.log("actor.commit_failed", { error: String(error) });
    const poison = poisonOf(error);
    if (poison !== null) {
      try {
        this.#ports.storage.transactionSync(() => this.#suspect(poison));
        // An abort may take with it what is not durable yet.
        await this.#ports.storage.sync();
      } catch (failure) {
        this.#ports.log("actor.suspect_unwritten", { error: String(failure) });
      }
    }
    this.#ports.abort("commit failed");
  }

  #suspect(poison: PoisonMail): void {
    const failures = this.#quarantine.suspect(poison);
    const { from, seq } = poison;
    const facts = { from, seq, failures, error: poison.message };
    this.#ports.log("mail.suspect", facts);
    if (failures <= POISON_TRIES) return;
    // It should have been put aside by now, but too much has been already.
    const blocked = { kind: "mail_blocked", key: `${from} ${seq}`, facts };
    for (const alert of this.#alerts.raise("mail", blocked, this.committedAt)) this.#ports.log("alert", { ...alert });
  }

  /** Decides, applies and journals one batch, with no await between: all of it or nothing becomes durable. */
  #commit(batch: readonly Request<State, Local, In>[]): boolean {
    const commit = this.#begin();
    try {
      this.#ports.storage.transactionSync(() => {
        for (const entry of this.#machine.opening?.(this.#state) ?? []) this.#append(["local", entry], commit);
        for (const request of batch) this.#take(request, commit);
        this.#write(commit);
      });
      if (this.#journal.snapshotDue) {
        const [state, mailbox] = [this.#machine.save(this.#state), this.#mailbox.save()];
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
        this.#mailbox.send(to, message);
        receivers.add(to);
      },
      emit: (event) => {
        // Events are stored as they happen, so that a later decision of the same batch finds them.
        this.#persist(event);
        events.push(event);
      },
    };
    return { now, entries: [], events, alerts: [], receivers, effects, finished: [], wrote: false };
  }

  #persist(event: Event): void {
    try {
      this.#ports.persist(event);
    } catch (error) {
      if (!isBrokenConstraint(error)) this.#unstored = error;
      throw error;
    }
  }

  #take(request: Request<State, Local, In>, commit: Commit<Local, In, Out, Event>): void {
    if (request.found !== null) {
      const { scope, findings } = request.found;
      this.#raise(this.#alerts.settle(scope, findings, commit.now), commit);
      commit.wrote = true;
    }
    if (request.mail !== null && !this.#open(request.mail, commit)) {
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
      for (const entry of this.#ports.alerted?.(alert) ?? []) this.#append(["local", entry], commit);
    }
  }

  #append(entry: JournalEntry<Local, In>, { entries, now, effects }: Commit<Local, In, Out, Event>): void {
    this.#apply(entry, now, effects);
    entries.push(this.#journalled(entry));
  }

  #journalled(entry: JournalEntry<Local, In>): JournalEntry<Local, In> {
    if (entry[0] !== "mail" || this.#machine.journalled === undefined) return entry;
    const [kind, from, first, messages] = entry;
    return [kind, from, first, messages.map((message) => this.#machine.journalled?.(message) as In)];
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
      this.#links.acknowledged(mail.from);
      this.#watchOutbox(mail.from);
    }
    for (const to of receivers) {
      const patienceMs = this.#ports.patienceMs?.(to) ?? 0;
      if (answered.has(to) && this.#mailbox.fitsEnvelope(to)) this.#links.sendAfterRide(to);
      else if (patienceMs > 0) this.#links.sendWithin(to, patienceMs);
      else this.#links.send(to);
      this.#watchOutbox(to);
    }
    this.#armIfOwing();
  }

  /** An outbox is never cut short, so somebody must hear of one that grows and grows. */
  #watchOutbox(to: string): void {
    const pending = this.#mailbox.pending(to);
    if (pending > OUTBOX_ALERT) this.found(`outbox/${to}`, [{ kind: "outbox_long", key: "", facts: { to, pending } }]);
    else if (pending < OUTBOX_ALERT / 2) this.found(`outbox/${to}`, []);
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
  #open(envelope: Envelope<In>, commit: Commit<Local, In, Out, Event>): boolean {
    const { from, ack } = envelope;
    const sent = this.#mailbox.lastSent(from);
    if (ack > sent) {
      const facts = { peer: from, sent, acknowledged: ack };
      this.#raise(this.#alerts.raise("mail", { kind: "cursor_diverged", key: from, facts }, commit.now), commit);
      commit.wrote = true;
      return false;
    }
    if (this.#mailbox.acknowledge(from, ack) > 0) this.#acknowledged.set(from, ack);
    const fresh = this.#mailbox.fresh(envelope);
    if (fresh !== null) this.#applyMail(from, fresh.first, fresh.messages, commit);
    this.#mailbox.announced(from, envelope.last ?? 0);
    return true;
  }

  #applyMail(from: string, first: number, messages: readonly In[], commit: Commit<Local, In, Out, Event>): void {
    const last = first + messages.length - 1;
    const poison = this.#quarantine.firstPoison(from, first, last);
    if (poison === null) {
      this.#append(["mail", from, first, messages], commit);
      return this.#quarantine.passed(from, last);
    }
    const place = poison - first;
    if (place > 0) this.#append(["mail", from, first, messages.slice(0, place)], commit);
    const error = this.#quarantine.park(from, poison, messages[place], commit.now);
    this.#append(["parked", from, poison], commit);
    const parked = { kind: "mail_parked", key: `${from} ${poison}`, facts: { from, seq: poison, error } };
    this.#raise(this.#alerts.raise("mail", parked, commit.now), commit);
    if (poison < last) this.#applyMail(from, poison + 1, messages.slice(place + 1), commit);
    else this.#quarantine.passed(from, last);
  }

  #apply(entry: JournalEntry<Local, In>, now: number, effects: Effects<Out, Event>): void {
    switch (entry[0]) {
      case "local":
        return this.#machine.applyLocal(this.#state, entry[1], now, effects);
      case "mail": {
        const [, from, first, messages] = entry;
        for (const [nth, message] of messages.entries()) this.#applyMessage(from, first + nth, message, now, effects);
        return this.#mailbox.markApplied(from, first + messages.length - 1);
      }
      case "parked":
        return this.#mailbox.markApplied(entry[1], entry[2]);
      case "acknowledged":
        this.#mailbox.acknowledge(entry[1], entry[2]);
    }
  }

  #applyMessage(from: string, seq: number, message: In, now: number, effects: Effects<Out, Event>): void {
    try {
      this.#machine.applyMessage(this.#state, from, message, now, effects);
    } catch (error) {
      // A disk that is full or broken will take the message another day.
      throw error === this.#unstored ? error : new PoisonMail(from, seq, error);
    }
  }

  #armIfOwing(): void {
    if (this.#mailbox.owing) this.#ports.armBy(this.#ports.now() + RESEND_ALARM_MS);
  }
}
