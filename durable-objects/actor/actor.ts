import type { Envelope } from "../../protocol/rpc.ts";
import { Journal } from "./journal.ts";
import type { JournalStorage } from "./journal.ts";
import { ANSWER_WAIT_MS, BATCH_REQUESTS_MAX, RESEND_ALARM_MS } from "./limits.ts";
import { Links } from "./links.ts";
import { Mailbox } from "./mailbox.ts";
import type { SavedMailbox } from "./mailbox.ts";

/**
 * The one place that knows how nothing is lost. An actor is a deterministic machine with a journal: requests that
 * arrive together are decided, applied in memory and journalled in one commit; what the machine sends is numbered mail
 * that is repeated until it is acknowledged; after a crash, snapshot and journal rebuild state and mail alike.
 */

/** A deterministic machine: the same entries and messages at the same times give the same state, mail and events. */
export interface Machine<State, Local, In, Out, Event> {
  initial(): State;
  applyLocal(state: State, entry: Local, now: number, effects: Effects<Out, Event>): void;
  applyMessage(state: State, from: string, message: In, now: number, effects: Effects<Out, Event>): void;
  /**
   * What the journal keeps of a message, for a machine that has its content stored with the commit and needs less to be
   * rebuilt: a replay applies this instead. Left out, the journal keeps messages whole.
   */
  journalled?(message: In): unknown;
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
export interface ActorPorts<In, Out, Event> {
  readonly storage: JournalStorage & { sync(): Promise<void> };
  now(): number;
  random(): number;
  deliver(to: string, envelope: Envelope<Out>): Promise<Envelope<In>>;
  /** How long mail for this receiver may gather before it is sent; left out, all mail goes at once. */
  patienceMs?(to: string): number;
  /** Wakes the object at this time at the latest. */
  armBy(at: number): void;
  /** Runs inside the commit's transaction, at once. */
  persist(event: Event): void;
  /** Runs at the end of the commit's transaction with all of its events, when there are any: one row instead of many. */
  persistCommit?(events: readonly Event[]): void;
  /** Runs after a batch was written; the platform holds back what it sends until the commit is durable. */
  committed(events: readonly Event[]): void;
  /** Memory can no longer be trusted: restart from the journal. */
  abort(reason: string): void;
  log(event: string, facts: Record<string, unknown>): void;
}

type JournalEntry<Local, In> =
  | readonly [kind: "local", entry: Local]
  | readonly [kind: "mail", from: string, first: number, messages: readonly In[]]
  | readonly [kind: "acknowledged", to: string, through: number];

interface Request<State, Local, In> {
  readonly run: (state: State, now: number) => { entries: readonly Local[]; finish: () => void };
  readonly mail: Envelope<In> | null;
  /** The mail's sender gets ours on the answer. */
  readonly answers: boolean;
  readonly fail: (error: unknown) => void;
}

export class Actor<State, Local, In, Out, Event> {
  readonly #machine: Machine<State, Local, In, Out, Event>;
  readonly #ports: ActorPorts<In, Out, Event>;
  readonly #journal: Journal<JournalEntry<Local, In>>;
  readonly #mailbox: Mailbox<In, Out>;
  readonly #links: Links;
  #state: State;
  #queue: Request<State, Local, In>[] = [];
  #pumping = false;
  #lastNow = 0;
  /** Acknowledgements since the last commit: journalled with the next one, because losing them only repeats mail. */
  readonly #acknowledged = new Map<string, number>();

  constructor(address: string, machine: Machine<State, Local, In, Out, Event>, ports: ActorPorts<In, Out, Event>) {
    this.#machine = machine;
    this.#ports = ports;
    this.#journal = new Journal(ports.storage, halveMail);
    this.#mailbox = new Mailbox(address);
    this.#state = machine.initial();
    this.#links = new Links({
      hasPending: (to) => this.#mailbox.hasPending(to),
      exchange: async (to) => {
        await this.#acceptMail(await ports.deliver(to, this.#mailbox.envelope(to)), false);
      },
      lastAcknowledged: (to) => this.#mailbox.lastAcknowledged(to),
      now: () => ports.now(),
      random: () => ports.random(),
      log: (event, facts) => ports.log(event, facts),
    });
    this.#recover();
  }

  /** The state, to read from; it is changed by the machine alone. */
  get state(): Readonly<State> {
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
      this.#enqueue({ run, mail: null, answers: false, fail: reject });
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

  #recover(): void {
    this.#journal.recover(
      (saved) => {
        const snapshot = saved as { state: unknown; mailbox: SavedMailbox<Out>; now: number };
        this.#state = this.#machine.load(snapshot.state);
        this.#mailbox.load(snapshot.mailbox);
        this.#lastNow = snapshot.now;
      },
      (entries, at) => {
        this.#lastNow = at;
        // Events of old commits are stored already, and whoever listened to them has gone.
        const effects = { send: (to: string, message: Out) => this.#mailbox.send(to, message), emit: () => undefined };
        for (const entry of entries) this.#apply(entry, at, effects);
      },
    );
    this.wake();
  }

  #acceptMail(envelope: Envelope<In>, answers: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ run: () => ({ entries: [], finish: resolve }), mail: envelope, answers, fail: reject });
    });
  }

  #enqueue(request: Request<State, Local, In>): void {
    this.#queue.push(request);
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    try {
      // While a commit is on its way to disk the next batch gathers: a commit costs far more than a row.
      while (this.#queue.length > 0) {
        this.#commit(this.#queue.splice(0, BATCH_REQUESTS_MAX));
        await this.#ports.storage.sync();
      }
    } catch (error) {
      this.#ports.log("actor.commit_failed", { error: String(error) });
      this.#ports.abort("commit failed");
      for (const request of this.#queue.splice(0)) request.fail(error);
    } finally {
      this.#pumping = false;
    }
  }

  /** Decides, applies and journals one batch, with no await between: all of it or nothing becomes durable. */
  #commit(batch: readonly Request<State, Local, In>[]): void {
    const now = Math.max(this.#ports.now(), this.#lastNow);
    this.#lastNow = now;
    const events: Event[] = [];
    const receivers = new Set<string>();
    let finished: (() => void)[] = [];
    try {
      // Events are stored as they happen, so that a later decision of the same batch finds them.
      finished = this.#ports.storage.transactionSync(() => {
        const done = this.#applyBatch(batch, now, events, receivers);
        if (events.length > 0) this.#ports.persistCommit?.(events);
        return done;
      });
      if (this.#journal.snapshotDue) {
        const state = this.#machine.save(this.#state);
        this.#journal.writeSnapshot({ state, mailbox: this.#mailbox.save(), now });
      }
    } catch (error) {
      for (const request of batch) request.fail(error);
      throw error;
    }
    for (const finish of finished) finish();
    this.#ports.committed(events);
    this.#dispatch(batch, receivers);
  }

  /** Gives the answers to be made once everything is written. */
  #applyBatch(
    batch: readonly Request<State, Local, In>[],
    now: number,
    events: Event[],
    receivers: Set<string>,
  ): (() => void)[] {
    const entries: JournalEntry<Local, In>[] = [];
    const finished: (() => void)[] = [];
    const effects: Effects<Out, Event> = {
      send: (to, message) => {
        this.#mailbox.send(to, message);
        receivers.add(to);
      },
      emit: (event) => {
        this.#ports.persist(event);
        events.push(event);
      },
    };
    const append = (entry: JournalEntry<Local, In>) => {
      this.#apply(entry, now, effects);
      entries.push(this.#journalled(entry));
    };
    for (const request of batch) {
      if (request.mail !== null) this.#open(request.mail, append);
      const decision = this.#decide(request, now);
      if (decision === null) continue;
      for (const entry of decision.entries) append(["local", entry]);
      finished.push(decision.finish);
    }
    if (entries.length > 0) {
      // Acknowledgements last: on replay they settle mail that the entries before them have sent.
      for (const [to, through] of this.#acknowledged) entries.push(["acknowledged", to, through]);
      this.#acknowledged.clear();
      this.#journal.append(entries, now);
    }
    return finished;
  }

  #dispatch(batch: readonly Request<State, Local, In>[], receivers: ReadonlySet<string>): void {
    const answered = new Set<string>();
    for (const { mail, answers } of batch) {
      if (mail === null) continue;
      if (answers) answered.add(mail.from);
      this.#links.acknowledged(mail.from);
    }
    for (const to of receivers) {
      const patienceMs = this.#ports.patienceMs?.(to) ?? 0;
      if (answered.has(to)) this.#links.sendAfterRide(to);
      else if (patienceMs > 0) this.#links.sendWithin(to, patienceMs);
      else this.#links.send(to);
    }
    this.#armIfOwing();
  }

  #decide(request: Request<State, Local, In>, now: number): { entries: readonly Local[]; finish: () => void } | null {
    try {
      return request.run(this.#state, now);
    } catch (error) {
      request.fail(error);
      return null;
    }
  }

  #open(envelope: Envelope<In>, append: (entry: JournalEntry<Local, In>) => void): void {
    if (this.#mailbox.acknowledge(envelope.from, envelope.ack) > 0) {
      this.#acknowledged.set(envelope.from, envelope.ack);
    }
    const fresh = this.#mailbox.fresh(envelope);
    if (fresh !== null) append(["mail", envelope.from, fresh.first, fresh.messages]);
  }

  #journalled(entry: JournalEntry<Local, In>): JournalEntry<Local, In> {
    const { journalled } = this.#machine;
    if (entry[0] !== "mail" || journalled === undefined) return entry;
    const [kind, from, first, messages] = entry;
    return [kind, from, first, messages.map(journalled) as In[]];
  }

  #apply(entry: JournalEntry<Local, In>, now: number, effects: Effects<Out, Event>): void {
    switch (entry[0]) {
      case "local":
        return this.#machine.applyLocal(this.#state, entry[1], now, effects);
      case "mail": {
        const [, from, first, messages] = entry;
        for (const message of messages) this.#machine.applyMessage(this.#state, from, message, now, effects);
        return this.#mailbox.markApplied(from, first + messages.length - 1);
      }
      case "acknowledged":
        this.#mailbox.acknowledge(entry[1], entry[2]);
    }
  }

  #armIfOwing(): void {
    if (this.#mailbox.owing) this.#ports.armBy(this.#ports.now() + RESEND_ALARM_MS);
  }
}

/** An envelope is bounded by its messages, a row by its bytes: mail that is too large for one row goes into two. */
function halveMail<Local, In>(entry: JournalEntry<Local, In>): JournalEntry<Local, In>[] {
  if (entry[0] !== "mail" || entry[3].length < 2) return [];
  const [kind, from, first, messages] = entry;
  const middle = messages.length >>> 1;
  return [
    [kind, from, first, messages.slice(0, middle)],
    [kind, from, first + middle, messages.slice(middle)],
  ];
}
