/**
 * RPC of the directory of users, which administrators search: ids only, no personal data. Each login registers itself,
 * and repeats that until it succeeds.
 */
import { shardOf, type AccountId, type LoginRoute, type UserId } from "../../domain/ids.ts";

/** The number of objects that users are sharded over. A change would require every login to register again. */
export const DIRECTORY_SHARDS = 8;

/** The shard of a user. */
export function directoryShardOf(userId: UserId): number {
  return shardOf(userId, DIRECTORY_SHARDS);
}

export interface DirectoryEntry {
  readonly userId: UserId;
  /** Names the login's object. */
  readonly route: LoginRoute;
  readonly accountId: AccountId;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly disabledAt: number | null;
}

export interface DirectoryRpc {
  /** Adds or replaces a user. */
  enter(entry: DirectoryEntry): Promise<void>;
  /** Removes an erased user. */
  leave(userId: UserId): Promise<void>;
  find(userId: UserId): Promise<DirectoryEntry | null>;
  /** Users by id, after this one; at most `limit`. */
  page(after: string, limit: number): Promise<readonly DirectoryEntry[]>;
}
