/** Limits the sockets of each network and account, so that no client uses up the relay's capacity. */
import type { AccountId } from "../../../domain/ids.ts";
import { ACCOUNT_SOCKETS_MAX, NETWORK_SOCKETS_MAX, UNAUTHENTICATED_SOCKETS_MAX } from "./limits.ts";

/** The owner of a socket. `network` is empty when the address is unknown: then only the account is counted. */
interface ConnectionOwner {
  readonly network: string;
  /** Null until it has authenticated. */
  readonly accountId: AccountId | null;
}

/** A socket counts until it has closed, also after the relay has told it to close. */
export class ConnectionLimiter<Connection extends object> {
  readonly #connections = new Map<Connection, ConnectionOwner>();
  readonly #networks = new Map<string, number>();
  readonly #unauthenticated = new Map<string, number>();
  readonly #accounts = new Map<string, number>();

  get size(): number {
    return this.#connections.size;
  }

  /** False when the network has reached its number of sockets, or of unauthenticated ones. */
  isNetworkAllowed(network: string): boolean {
    if (network === "") return true;
    const unauthenticated = this.#unauthenticated.get(network) ?? 0;
    return (this.#networks.get(network) ?? 0) < NETWORK_SOCKETS_MAX && unauthenticated < UNAUTHENTICATED_SOCKETS_MAX;
  }

  /** False when the account has reached its number of sockets here. */
  isAccountAllowed(accountId: AccountId): boolean {
    return (this.#accounts.get(accountId) ?? 0) < ACCOUNT_SOCKETS_MAX;
  }

  /** Adds a connection, or applies its new owner. */
  update(connection: Connection, { network, accountId }: ConnectionOwner): void {
    this.remove(connection);
    this.#connections.set(connection, { network, accountId });
    this.#count(network, accountId, 1);
  }

  /** Removes all connections but these. */
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
