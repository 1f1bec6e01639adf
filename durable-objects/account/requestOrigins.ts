/** Where requests came from and who made them, as an account keeps it. */
import { type Actor, SYSTEM } from "../../domain/actor.ts";
import { UNKNOWN_ORIGIN } from "../../domain/account/state/events.ts";
import { actorOf, adminActor, type Principal } from "../../protocol/auth/principal.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { ClientInfoCipher } from "./clientInfo.ts";

export class RequestOrigins {
  readonly #origins: Pick<ClientInfoCipher, "encrypt">;
  readonly #isOpen: () => boolean;

  constructor(origins: Pick<ClientInfoCipher, "encrypt">, isOpen: () => boolean) {
    this.#origins = origins;
    this.#isOpen = isOpen;
  }

  /** Of a client's request: its actor is the caller whose rights were checked, whatever the origin says. */
  ofClient(by: Principal | undefined, origin: Origin = UNKNOWN_ORIGIN): Origin {
    return this.#kept(origin, by === undefined ? undefined : actorOf(by));
  }

  /** Of what an administrator did: the one who acts by the origin, otherwise this one. */
  ofAdministrator(by: Pick<Principal, "userId" | "credential">, origin: Origin): Origin {
    return this.#kept(origin, origin.actor ?? adminActor(by));
  }

  /** Of what nobody decided in time. */
  ofSystem(origin: Origin): Origin {
    return this.#kept(origin, SYSTEM);
  }

  /** Of what another actor decides and sends here as a message: who acts is what it says. */
  ofMessage(origin: Origin): Origin {
    return this.#kept(origin, origin.actor);
  }

  /** Of the request that opens the account: nobody's rights were checked, so the actor is what the origin says. */
  ofOpening(origin: Origin): Origin {
    return withActor(this.#origins.encrypt(origin), origin.actor);
  }

  /** What nobody has opened keeps nothing, not even a key. */
  #kept(origin: Origin, actor: Actor | undefined): Origin {
    const { requestId } = origin;
    return withActor(this.#isOpen() ? this.#origins.encrypt(origin) : { ...UNKNOWN_ORIGIN, requestId }, actor);
  }
}

function withActor(origin: Origin, actor: Actor | undefined): Origin {
  return actor === undefined ? origin : { ...origin, actor };
}
