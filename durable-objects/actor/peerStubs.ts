import { keepNewest } from "../../domain/keepNewest.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { PEER_STUBS_MAX } from "./limits.ts";
import type { ActorStub } from "./namespaces.ts";

/**
 * The stubs by which one object delivers envelopes to other actors. A call on a stub that is kept costs two thirds of a call
 * on a new one. One instance for each object: a stub belongs to the object that made it.
 */
export class PeerStubs {
  readonly #stubOf: (address: string) => ActorStub;
  readonly #stubs = new Map<string, ActorStub>();

  /** `stubOf`: a new stub of the actor at an address; it throws for an address that this object may not reach. */
  constructor(stubOf: (address: string) => ActorStub) {
    this.#stubOf = stubOf;
  }

  /**
   * Delivers an envelope to the actor at an address. An envelope holds the messages for one receiver: the sender's
   * machine decides what it sends to whom, and the reply holds what that receiver sends to the sender.
   */
  async deliver<Out, In>(address: string, envelope: Envelope<Out>): Promise<Envelope<In>> {
    const known = this.#stubs.get(address);
    if (known === undefined) return this.#call(address, this.#open(address), envelope);
    try {
      return await this.#call(address, known, envelope);
    } catch (error) {
      // The stub of an object that has restarted is broken. Messages take effect once, so the call can be repeated.
      if (!isBroken(error)) throw error;
      return this.#call(address, this.#open(address), envelope);
    }
  }

  async #call<Out, In>(address: string, stub: ActorStub, envelope: Envelope<Out>): Promise<Envelope<In>> {
    try {
      return (await stub.deliver(envelope as Envelope<never>)) as Envelope<In>;
    } catch (error) {
      if (this.#stubs.get(address) === stub) this.#stubs.delete(address);
      throw error;
    }
  }

  #open(address: string): ActorStub {
    const stub = this.#stubOf(address);
    keepNewest(this.#stubs, address, stub, PEER_STUBS_MAX);
    return stub;
  }
}

/** Whether the platform says that the object behind a stub has restarted or moved. */
function isBroken(error: unknown): boolean {
  const { durableObjectReset, retryable } = error as { durableObjectReset?: boolean; retryable?: boolean };
  return durableObjectReset === true || retryable === true;
}
