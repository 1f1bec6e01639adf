/**
 * Creates the first administrator with the bootstrap secret. Each secret works once. The bootstrap is also closed where
 * an administrator exists; the operator opens it again by deploying another secret.
 */
import type { AccountId, LoginRoute, UserId } from "../../domain/ids.ts";
import type { ApprovalOutcome, BootstrapRequest } from "../../protocol/rpc/approvals.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { AdminLog } from "./adminLog.ts";
import type { Administrators } from "./administrators.ts";
import type { ChangedUser } from "./userActions.ts";

/** Who acts when nobody is signed in. */
const BY = "bootstrap";

export interface BootstrapPorts {
  readonly storage: { transactionSync<T>(work: () => T): T };
  routeOf(asked: BootstrapRequest): Promise<string>;
  make(route: LoginRoute, asked: BootstrapRequest): Promise<Made>;
  /** The user of the login at this route, if it is an administrator. */
  administrator(route: LoginRoute): Promise<string | null>;
  /** Whether any login is an administrator, for an exchange whose release kept no list. */
  someAdministers(): Promise<boolean>;
  invite(email: string, first: string, origin: Origin): Promise<ApprovalOutcome<ChangedUser>>;
  failed(error: unknown): void;
}

type Made = ApprovalOutcome<{ readonly userId: UserId; readonly accountId: AccountId }>;

const CLOSED = { ok: false, refusal: { reason: "bootstrap_closed" } } as const;

export class Bootstrap {
  readonly #administrators: Administrators;
  readonly #adminLog: AdminLog;
  readonly #ports: BootstrapPorts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(administrators: Administrators, adminLog: AdminLog, ports: BootstrapPorts) {
    this.#administrators = administrators;
    this.#adminLog = adminLog;
    this.#ports = ports;
  }

  /** Runs one request at a time: of concurrent requests the first one closes the bootstrap. */
  run(asked: BootstrapRequest): Promise<Made> {
    const mine = this.#last.then(() => this.#run(asked));
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #run(asked: BootstrapRequest): Promise<Made> {
    const { secret, second, origin } = asked;
    if (await this.#isClosed(secret)) {
      // A second use of a valid secret is recorded: somebody else may know it.
      this.#adminLog.begin(
        { by: BY, what: "bootstrap.opened", target: "", facts: {}, requestId: origin.requestId },
        "refused",
      );
      return CLOSED;
    }
    const route = await this.#ports.routeOf(asked);
    const facts = { invites: second === null ? 0 : 1 };
    const act = { by: BY, what: "bootstrap.opened", target: "", facts, requestId: origin.requestId };
    const seq = this.#ports.storage.transactionSync(() => {
      this.#administrators.beginBootstrap(secret, route);
      return this.#adminLog.begin(act);
    });
    const made = await this.#ports.make(route, asked);
    if (!made.ok) {
      this.#ports.storage.transactionSync(() => {
        this.#administrators.forgetBootstrap(secret);
        this.#adminLog.end(seq, "refused", { reason: made.refusal.reason });
      });
      return made;
    }
    const { userId, accountId } = made.value;
    const invited = second === null ? null : await this.#invited(second, userId, origin);
    this.#ports.storage.transactionSync(() => {
      this.#administrators.endBootstrap(secret, userId, invited === null);
      // Nobody of the exchange has appointed either.
      this.#administrators.appoint(userId, true, [], 0);
      if (invited !== null) this.#administrators.appoint(invited, true, [], 0);
      this.#adminLog.end(seq, "done", { userId, ...(invited === null ? {} : { invited }) });
    });
    return { ok: true, value: { userId, accountId } };
  }

  /** The second administrator; null: the first one appoints it. */
  async #invited(email: string, first: string, origin: Origin): Promise<string | null> {
    try {
      const invited = await this.#ports.invite(email, first, origin);
      return invited.ok ? invited.value.userId : null;
    } catch (error) {
      this.#ports.failed(error);
      return null;
    }
  }

  async #isClosed(secret: string): Promise<boolean> {
    const used = this.#administrators.bootstrapBy(secret);
    if (used !== null && used.userId !== null) return true;
    // Cut off after it was begun: it may have made its administrator.
    const made = used === null ? null : await this.#ports.administrator(used.route);
    if (made !== null) {
      this.#administrators.endBootstrap(secret, made, true);
      this.#administrators.appoint(made, true, [], 0);
      return true;
    }
    const isNew = this.#administrators.neverBootstrapped;
    if (!isNew || !(this.#administrators.anyKnown || (await this.#ports.someAdministers()))) return false;
    // An exchange of an earlier release, which did not keep that its secret was used.
    this.#administrators.endBootstrap(secret, "", false);
    return true;
  }
}
