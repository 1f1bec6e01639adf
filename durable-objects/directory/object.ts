import type { UserId } from "../../domain/ids.ts";
import { DurableObject } from "cloudflare:workers";
import type { DirectoryEntry, DirectoryRpc } from "../../protocol/rpc/directory.ts";
import { Users } from "./users.ts";

/** A shard of the users, named by its number. */
export class Directory extends DurableObject<CoreEnv> implements DirectoryRpc {
  readonly #users: Users;

  constructor(state: DurableObjectState, env: CoreEnv) {
    super(state, env);
    this.#users = new Users(state.storage.sql);
  }

  async enter(entry: DirectoryEntry): Promise<void> {
    this.#users.enter(entry);
  }

  async leave(userId: UserId): Promise<void> {
    this.#users.leave(userId);
  }

  async find(userId: UserId): Promise<DirectoryEntry | null> {
    return this.#users.find(userId);
  }

  async page(after: string, limit: number): Promise<readonly DirectoryEntry[]> {
    return this.#users.page(after, limit);
  }
}
