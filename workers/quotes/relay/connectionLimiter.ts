/** How many sockets each network and each account has here, so that nobody takes the room of all. */
import type { AccountId } from "../../../domain/ids.ts";
import { ACCOUNT_SOCKETS_MAX, NETWORK_SOCKETS_MAX, UNAUTHENTICATED_SOCKETS_MAX } from "./limits.ts";

/** Whose a socket is. `network` is empty when nobody knows where it came from: then only its account is counted. */
interface ConnectionOwner {
  readonly network: string;
  /** null until it has authenticated. */
  readonly accountId: AccountId | null;
}

/** A socket counts until it has gone: one that was told to close and does not answer takes its room all the same. */
export class ConnectionLimiter<Connection extends object> {
  readonly #connections = new Map<Connection, ConnectionOwner>();
  readonly #networks = new Map<string, number>();
  readonly #unauthenticated = new Map<string, number>();
  readonly #accounts = new Map<string, number>();

  get size(): number {
    return this.#connections.size;
  }

  /** False when the network has as many sockets as it may have, or too many that have not said who they are. */
  isNetworkAllowed(network: string): boolean {
    if (network === "") return true;
    const unauthenticated = this.#unauthenticated.get(network) ?? 0;
    return (this.#networks.get(network) ?? 0) < NETWORK_SOCKETS_MAX && unauthenticated < UNAUTHENTICATED_SOCKETS_MAX;
  }

  /** False when the account has as many sockets here as it may have. */
  isAccountAllowed(accountId: AccountId): boolean {
    return (this.#accounts.get(accountId) ?? 0) < ACCOUNT_SOCKETS_MAX;
  }

  /** Takes a connection in, or takes note of whose it is now. */
  update(connection: Connection, { network, accountId }: ConnectionOwner): void {
    this.remove(connection);
    this.#connections.set(connection, { network, accountId });
    this.#count(network, accountId, 1);
  }

  /** Only these are still there. */
  retain(present: ReadonlySet<Connection>): void {
    for (const connection of [...this.#connections.keys()]) if (!present.has(connection)) this.remove(connection);
  }

  remove(connection: Connection): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    this.#connections.delete(connection);
    this.#count(known.network, known.accountId, -1);
  }

  #count(network: string, accountId: AccountId | null, by: 1 | -1): void {
    add(this.#networks, network, by);
    if (accountId === null) add(this.#unauthenticated, network, by);
    else add(this.#accounts, accountId, by);
  }
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
