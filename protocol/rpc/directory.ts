/**
 * Which users there are, so that administrators find them: ids only, nothing personal. A user's login is the truth; it
 * enters itself here and repeats that until it is answered.
 */
import { shardOf, type AccountId, type LoginRoute, type UserId } from "../../domain/ids.ts";

/** Objects among which the users are divided. With more of them, logins would have to enter themselves again. */
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
  /** Adds a user, or replaces what is known of it. */
  enter(entry: DirectoryEntry): Promise<void>;
  /** A user that is no more. */
  leave(userId: UserId): Promise<void>;
  find(userId: UserId): Promise<DirectoryEntry | null>;
  /** Users by id, after this one; at most `limit`. */
  page(after: string, limit: number): Promise<readonly DirectoryEntry[]>;
}
