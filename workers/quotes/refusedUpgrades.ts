/**
 * Refuses the upgrades of networks that have too many sockets, without calling the object that holds them, and only after
 * a wait: some clients reconnect at once, however often they are refused. Plain data, shared by the requests of the
 * isolate.
 */
import { keepNewest } from "../../domain/keepNewest.ts";

/** How long a refusal of an object counts for the next upgrades of the network, and how long a client waits for one. */
export const REFUSED_MS = 5_000;
/** Refusals that wait, so that they need little memory. Beyond this they are answered at once. */
const WAITING_MAX = 2_000;
const NETWORKS_MAX = 20_000;

export interface RefusedUpgradePorts {
  now(): number;
  /** From 0 to 1. */
  random(): number;
  wait(ms: number): Promise<void>;
}

export class RefusedUpgrades {
  readonly #ports: RefusedUpgradePorts;
  /** Until when, by object and network. */
  readonly #until = new Map<string, number>();
  #waiting = 0;

  constructor(ports: RefusedUpgradePorts) {
    this.#ports = ports;
  }

  /**
   * Upgrades at an object, unless it has just refused the network; "" is an unknown network, of which nothing is
   * remembered. `refusal` is the answer without a call.
   */
  async upgrade(
    holder: string,
    network: string,
    call: () => Promise<Response>,
    refusal: () => Response,
  ): Promise<Response> {
    const name = `${holder} ${network}`;
    const isKnown = (this.#until.get(name) ?? 0) > this.#ports.now();
    const response = isKnown ? refusal() : await call();
    if (response.status !== 429 || network === "") return response;
    if (!isKnown) keepNewest(this.#until, name, this.#ports.now() + REFUSED_MS, NETWORKS_MAX);
    if (this.#waiting < WAITING_MAX) {
      this.#waiting++;
      // Spread, so that clients which were refused together do not all come again together.
      await this.#ports.wait(REFUSED_MS * (0.5 + this.#ports.random()));
      this.#waiting--;
    }
    return response;
  }
}
