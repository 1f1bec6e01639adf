import { hashText } from "../../domain/ids.ts";
import type { Cursors, ReconcileRequest, ReconcileResponse, OpenOrder } from "../../protocol/rpc/actor.ts";
import type { Finding } from "./alerts.ts";
import { ENVELOPE_TIMEOUT_MS, RECONCILE_FINDINGS_MAX, RECONCILE_MS, RECONCILE_PEERS_MAX } from "./limits.ts";

/** The actor that is compared, as far as that needs it. */
export interface Reconcilable {
  cursors(peer: string): Cursors;
  /** Sends what is owed to the peer at once. */
  flush(peer: string): void;
  /** All that is wrong in a scope now. */
  reportFindings(scope: string, findings: readonly Finding[]): void;
}

/** What an actor compares, and how it reaches those it compares it with. */
export interface ReconcilePorts {
  /** Whether there is anything to compare at all: an idle object must be left to sleep. */
  needed(): boolean;
  /** What is wrong within the actor itself, by scope. */
  checks(): readonly { readonly scope: string; readonly findings: readonly Finding[] }[];
  /** Addresses of those it should agree with. */
  peers(): readonly string[];
  /** The orders it believes to rest at the peer; null when the peer keeps none of its own. */
  orders(peer: string): readonly OpenOrder[] | null;
  sendRequest(peer: string, inquiry: ReconcileRequest): Promise<ReconcileResponse>;
  armBy(at: number): void;
  now(): number;
  log(event: string, facts: Record<string, unknown>): void;
}

/** When an actor's next round is: each has its own second of the minute, so that they do not all come at once. */
export function nextRound(address: string, now: number): number {
  const phase = hashText(address) % RECONCILE_MS;
  return now - ((((now - phase) % RECONCILE_MS) + RECONCILE_MS) % RECONCILE_MS) + RECONCILE_MS;
}

/**
 * What two actors' accounts of their mail say. `before` and `after` are ours from before the question and after the
 * answer: `theirs` was true somewhere between. `quiet`: nothing was on its way when `before` and `theirs` were taken, so
 * what they know can be compared. Anything else but `busy` cannot be, and says which past was lost.
 */
export function compareCursors(before: Cursors, theirs: Cursors, after: Cursors): string {
  if (theirs.applied > after.sent) return "the peer has applied more than was sent";
  if (theirs.applied < before.acknowledged) return "the peer has forgotten what it had acknowledged";
  if (theirs.sent < before.applied) return "the peer has forgotten what it had sent";
  if (theirs.acknowledged > after.applied) return "more is acknowledged than was applied here";
  return before.sent === theirs.applied && before.applied === theirs.sent ? "quiet" : "busy";
}

/** Compares an actor with its peers once a minute, while there is something to compare. Heals mail, never state. */
export class Reconciler {
  readonly #address: string;
  readonly #actor: Reconcilable;
  readonly #ports: ReconcilePorts;
  /** Nothing is known of rounds before a restart, so the first alarm after it brings one. */
  #due = 0;
  #running = false;
  /** The peer that a round with too many of them begins with. */
  #turn = 0;

  constructor(address: string, actor: Reconcilable, ports: ReconcilePorts) {
    this.#address = address;
    this.#actor = actor;
    this.#ports = ports;
  }

  /** Makes sure that a round comes, if there is anything to compare. Call after every commit and after a restart. */
  arm(): void {
    if (this.#ports.needed()) this.#ports.armBy(nextRound(this.#address, this.#ports.now()));
  }

  /**
   * Runs the round that is due, if one is. Call from the object's alarm, and do not wait for it: no other alarm rings
   * before the handler of this one has ended. Never rejects.
   */
  async onAlarm(): Promise<void> {
    const started = this.#ports.now();
    if (this.#running || started < this.#due) return this.arm();
    this.#running = true;
    this.#due = nextRound(this.#address, started);
    this.arm();
    try {
      if (this.#ports.needed()) await this.#round(started);
    } catch (error) {
      // The object restarts; the alarm that is armed brings the next round.
      this.#ports.log("reconcile.failed", { error: String(error) });
    } finally {
      this.#running = false;
    }
  }

  async #round(started: number): Promise<void> {
    for (const { scope, findings } of this.#ports.checks()) this.#actor.reportFindings(scope, findings);
    const peers = this.#ports.peers();
    for (let nth = 0; nth < Math.min(peers.length, RECONCILE_PEERS_MAX); nth++) {
      // Peers that do not answer must not make one round run into the next.
      if (this.#ports.now() - started >= RECONCILE_MS / 2) return;
      const peer = peers[this.#turn++ % peers.length];
      if (peer !== undefined) await this.#compare(peer);
    }
  }

  async #compare(peer: string): Promise<void> {
    const before = this.#actor.cursors(peer);
    const orders = this.#ports.orders(peer);
    let answer: ReconcileResponse;
    try {
      answer = await this.#ask(peer, { from: this.#address, cursors: before, orders });
    } catch (error) {
      // Whoever is away is found by its mail; here it only means that nothing can be said.
      return this.#ports.log("reconcile.unanswered", { peer, error: String(error) });
    }
    const { cursors, differing } = answer;
    const verdict = compareCursors(before, cursors, this.#actor.cursors(peer));
    if (verdict !== "quiet" && verdict !== "busy") {
      const facts = { peer, reason: verdict, ours: before, theirs: cursors };
      return this.#actor.reportFindings(`cursors/${peer}`, [{ kind: "cursor_diverged", key: verdict, facts }]);
    }
    this.#actor.reportFindings(`cursors/${peer}`, []);
    // It has just answered, so mail that waits after failures need not wait longer.
    if (verdict === "busy") return this.#actor.flush(peer);
    const findings = differing.slice(0, RECONCILE_FINDINGS_MAX).map((difference) => {
      return { kind: "order_diverged", key: difference.orderId, facts: { peer, ...difference } };
    });
    if (orders !== null) this.#actor.reportFindings(`orders/${peer}`, findings);
  }

  async #ask(peer: string, inquiry: ReconcileRequest): Promise<ReconcileResponse> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("no answer in time")), ENVELOPE_TIMEOUT_MS);
    try {
      return await Promise.race([this.#ports.sendRequest(peer, inquiry), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
