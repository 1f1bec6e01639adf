/** Origins of requests as an account stores them: encrypted client info and the actor. */
import type { Actor } from "../../domain/actor.ts";
import { UNKNOWN_ORIGIN } from "../../domain/account/state/events.ts";
import { actorOf, adminActor, type Principal } from "../../protocol/auth/principal.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { ClientInfoCipher } from "./clientInfo.ts";

/** Makes the origins that an account stores. */
export class RequestOrigins {
  readonly #origins: Pick<ClientInfoCipher, "encrypt">;
  readonly #isOpen: () => boolean;

  constructor(origins: Pick<ClientInfoCipher, "encrypt">, isOpen: () => boolean) {
    this.#origins = origins;
    this.#isOpen = isOpen;
  }

  /** Origin of a client's request. The actor is the caller whose permission was checked, not the one in the origin. */
  ofClient(by: Principal | undefined, origin: Origin = UNKNOWN_ORIGIN): Origin {
    return this.#kept(origin, by === undefined ? undefined : actorOf(by));
  }

  /** Origin of an administrator's action. The actor is the one in the origin, otherwise `by`. */
  ofAdministrator(by: Pick<Principal, "userId" | "credential">, origin: Origin): Origin {
    return this.#kept(origin, origin.actor ?? adminActor(by));
  }

  /** Of what another actor decides and sends here as a message: who acts is what it says. */
  ofMessage(origin: Origin): Origin {
    return this.#kept(origin, origin.actor);
  }

  /** Origin of the request that opens the account. No permission was checked, so the actor is the one in the origin. */
  ofOpening(origin: Origin): Origin {
    return withActor(this.#origins.encrypt(origin), origin.actor);
  }

  /** An account that is not open stores no client info and creates no key. */
  #kept(origin: Origin, actor: Actor | undefined): Origin {
    const { requestId } = origin;
    return withActor(this.#isOpen() ? this.#origins.encrypt(origin) : { ...UNKNOWN_ORIGIN, requestId }, actor);
  }
}

function withActor(origin: Origin, actor: Actor | undefined): Origin {
  return actor === undefined ? origin : { ...origin, actor };
}
