import type { Log } from "../../protocol/log/events.ts";
import { hashText } from "../../domain/ids.ts";
import type { Cursors, ReconcileRequest, ReconcileResponse, OpenOrder } from "../../protocol/rpc/actor.ts";
import type { Finding } from "./alerts.ts";
import { ENVELOPE_TIMEOUT_MS, RECONCILE_FINDINGS_MAX, RECONCILE_MS, RECONCILE_PEERS_MAX } from "./limits.ts";

/** The actor, as reconciliation uses it. */
export interface Reconcilable {
  cursors(peer: string): Cursors;
  /** Sends the pending messages of the peer at once. */
  flush(peer: string): void;
  /** Replaces the findings of a scope. */
  reportFindings(scope: string, findings: readonly Finding[]): void;
}

/** What an actor reconciles, and how it reaches its peers. */
export interface ReconcilePorts {
  /** Whether there is anything to reconcile: an idle object must stay asleep. */
  needed(): boolean;
  /** Findings of the actor's checks of itself, by scope. */
  checks(): readonly { readonly scope: string; readonly findings: readonly Finding[] }[];
  /** Addresses of the peers to reconcile with. */
  peers(): readonly string[];
  /** The orders that it has open at the peer; null when the peer has no orders of it. */
  orders(peer: string): readonly OpenOrder[] | null;
  sendRequest(peer: string, request: ReconcileRequest): Promise<ReconcileResponse>;
  armBy(at: number): void;
  now(): number;
  readonly log: Log;
}

/** Time of an actor's next round. Each actor has its own second of the minute, which spreads the load. */
export function nextRound(address: string, now: number): number {
  const phase = hashText(address) % RECONCILE_MS;
  return now - ((((now - phase) % RECONCILE_MS) + RECONCILE_MS) % RECONCILE_MS) + RECONCILE_MS;
}

/**
 * Compares the message cursors of two actors. `before` and `after` are this actor's before the request and after the
 * response; `theirs` was taken between the two. `quiet`: no message was in flight, so the orders can be compared. `busy`:
 * messages were in flight. Any other result is a contradiction: one actor has lost commits, and the text says which.
 */
export function compareCursors(before: Cursors, theirs: Cursors, after: Cursors): string {
  if (theirs.applied > after.sent) return "the peer has applied more than was sent";
  if (theirs.applied < before.acknowledged) return "the peer has forgotten what it had acknowledged";
  if (theirs.sent < before.applied) return "the peer has forgotten what it had sent";
  if (theirs.acknowledged > after.applied) return "more is acknowledged than was applied here";
  return before.sent === theirs.applied && before.applied === theirs.sent ? "quiet" : "busy";
}

/** Reconciles an actor with its peers once a minute while there is anything to reconcile. Resends messages, never changes state. */
export class Reconciler {
  readonly #address: string;
  readonly #actor: Reconcilable;
  readonly #ports: ReconcilePorts;
  /** When the next round is due. 0 after a restart, so that the first alarm runs one. */
  #due = 0;
  #running = false;
  /** Index of the next peer: a round with too many peers continues there. */
  #nextPeer = 0;

  constructor(address: string, actor: Reconcilable, ports: ReconcilePorts) {
    this.#address = address;
    this.#actor = actor;
    this.#ports = ports;
  }

  /** Arms the alarm for the next round, if there is anything to reconcile. Call after every commit and restart. */
  arm(): void {
    if (this.#ports.needed()) this.#ports.armBy(nextRound(this.#address, this.#ports.now()));
  }

  /**
   * Runs the round that is due, if one is. Call it from the object's alarm without awaiting it: the next alarm runs only
   * after the handler has returned. Never rejects.
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
      // The object restarts; the armed alarm runs the next round.
      this.#ports.log("reconcile.failed", { error: String(error) });
    } finally {
      this.#running = false;
    }
  }

  async #round(started: number): Promise<void> {
    for (const { scope, findings } of this.#ports.checks()) this.#actor.reportFindings(scope, findings);
    const peers = this.#ports.peers();
    for (let nth = 0; nth < Math.min(peers.length, RECONCILE_PEERS_MAX); nth++) {
      // Unresponsive peers must not make a round overlap the next one.
      if (this.#ports.now() - started >= RECONCILE_MS / 2) return;
      const peer = peers[this.#nextPeer++ % peers.length];
      if (peer !== undefined) await this.#compare(peer);
    }
  }

  async #compare(peer: string): Promise<void> {
    const before = this.#actor.cursors(peer);
    const orders = this.#ports.orders(peer);
    let response: ReconcileResponse;
    try {
      response = await this.#request(peer, { from: this.#address, cursors: before, orders });
    } catch (error) {
      // No finding: undelivered messages report an unreachable peer.
      return this.#ports.log("reconcile.unanswered", { peer, error: String(error) });
    }
    const { cursors, differing } = response;
    const result = compareCursors(before, cursors, this.#actor.cursors(peer));
    if (result !== "quiet" && result !== "busy") {
      const facts = { peer, reason: result, ours: before, theirs: cursors };
      return this.#actor.reportFindings(`cursors/${peer}`, [{ kind: "cursor_diverged", key: result, facts }]);
    }
    this.#actor.reportFindings(`cursors/${peer}`, []);
    // The peer is reachable, so back-off ends.
    if (result === "busy") return this.#actor.flush(peer);
    const findings = differing.slice(0, RECONCILE_FINDINGS_MAX).map((difference) => {
      return { kind: "order_diverged", key: difference.orderId, facts: { peer, ...difference } };
    });
    if (orders !== null) this.#actor.reportFindings(`orders/${peer}`, findings);
  }

  async #request(peer: string, request: ReconcileRequest): Promise<ReconcileResponse> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("no response in time")), ENVELOPE_TIMEOUT_MS);
    try {
      return await Promise.race([this.#ports.sendRequest(peer, request), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
