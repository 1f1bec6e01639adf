/** How many sockets each network and each account has here, so that nobody takes the room of all. */
import { ACCOUNT_SOCKETS_MAX, NETWORK_SOCKETS_MAX, STRANGERS_MAX } from "./limits.ts";

/** Whose a socket is. `network` is empty when nobody knows where it came from: then only its account is counted. */
interface Whose {
  readonly network: string;
  /** null until it has authenticated. */
  readonly accountId: string | null;
}

/** A socket counts until it has gone: one that was told to close and does not answer takes its room all the same. */
export class Crowd<Visitor extends object> {
  readonly #visitors = new Map<Visitor, Whose>();
  readonly #networks = new Map<string, number>();
  readonly #strangers = new Map<string, number>();
  readonly #accounts = new Map<string, number>();

  get size(): number {
    return this.#visitors.size;
  }

  /** False when the network has as many sockets as it may have, or too many that have not said who they are. */
  admits(network: string): boolean {
    if (network === "") return true;
    const strangers = this.#strangers.get(network) ?? 0;
    return (this.#networks.get(network) ?? 0) < NETWORK_SOCKETS_MAX && strangers < STRANGERS_MAX;
  }

  /** False when the account has as many sockets here as it may have. */
  hasRoomFor(accountId: string): boolean {
    return (this.#accounts.get(accountId) ?? 0) < ACCOUNT_SOCKETS_MAX;
  }

  /** Takes a visitor in, or takes note of whose it is now. */
  update(visitor: Visitor, { network, accountId }: Whose): void {
    this.gone(visitor);
    this.#visitors.set(visitor, { network, accountId });
    this.#count(network, accountId, 1);
  }

  /** Only these are still there. */
  retain(present: ReadonlySet<Visitor>): void {
    for (const visitor of [...this.#visitors.keys()]) if (!present.has(visitor)) this.gone(visitor);
  }

  gone(visitor: Visitor): void {
    const known = this.#visitors.get(visitor);
    if (known === undefined) return;
    this.#visitors.delete(visitor);
    this.#count(known.network, known.accountId, -1);
  }

  #count(network: string, accountId: string | null, by: 1 | -1): void {
    add(this.#networks, network, by);
    if (accountId === null) add(this.#strangers, network, by);
    else add(this.#accounts, accountId, by);
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
