import type { AccountRpc, PushAnswer, TradeUpdate, UpdatesPage } from "../../protocol/rpc.ts";
import type { Follower } from "./follower.ts";

/** Updates asked for at once. */
const PAGE = 2;

interface RelayEnv {
  readonly ACCOUNT: { getByName(name: string): Pick<AccountRpc, "subscribe" | "updatesAfter"> };
  /** Where a client's socket leads. */
  readonly follower: (accountId: string) => Follower;
}

interface Session {
  cursor: number;
  pulling: boolean;
  /** The last update known to exist. */
  through: number;
}

/** A relay with nothing but the order of trade updates in it: it hands on what follows, and asks for what is missing. */
export class Relay {
  readonly #name: string;
  readonly #env: RelayEnv;
  readonly #sessions = new Map<string, Session>();

  constructor(ctx: { readonly id: { readonly name: string } }, env: RelayEnv) {
    this.#name = ctx.id.name;
    this.#env = env;
  }

  /** A client comes, comes back with what it has seen, or makes sure that it is still known. */
  async follow(accountId: string, epoch: number): Promise<void> {
    const { through } = await this.#env.ACCOUNT.getByName(accountId).subscribe(this.#name, epoch);
    let session = this.#sessions.get(accountId);
    if (session === undefined) {
      // A socket that is opened late is opened with what its client has seen by then.
      const cursor = this.#env.follower(accountId).seen.length;
      this.#sessions.set(accountId, (session = { cursor, pulling: false, through }));
    }
    await this.#catchUp(accountId, session, through);
  }

  async pushAccount(accountId: string, updates: readonly TradeUpdate[], through: number): Promise<PushAnswer> {
    const session = this.#sessions.get(accountId);
    if (session === undefined) return { keep: false };
    this.#take(accountId, session, updates);
    await this.#catchUp(accountId, session, through);
    return { keep: true };
  }

  #take(accountId: string, session: Session, updates: readonly TradeUpdate[]): void {
    for (const update of updates) {
      if (update.sequence !== session.cursor + 1) continue;
      session.cursor++;
      this.#env.follower(accountId).take(update);
    }
  }

  async #catchUp(accountId: string, session: Session, through: number): Promise<void> {
    session.through = Math.max(session.through, through);
    if (session.pulling) return;
    session.pulling = true;
    try {
      while (session.cursor < session.through) {
        const page: UpdatesPage = await this.#env.ACCOUNT.getByName(accountId).updatesAfter(session.cursor, PAGE);
        this.#take(accountId, session, page.updates);
        if (page.updates.length === 0) return;
      }
    } finally {
      session.pulling = false;
    }
  }
}
