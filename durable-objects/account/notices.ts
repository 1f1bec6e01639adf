import type { Log } from "../../protocol/log/events.ts";
import type { AccountNotice } from "../../protocol/rpc/relay.ts";

export interface NoticePorts {
  /** The relays that the account's updates go to. */
  listeners(): readonly string[];
  push(relay: string, notice: AccountNotice): Promise<void>;
  readonly log: Log;
}

/** Tells the sockets that listen what has changed of an account besides its orders. A notice that does not arrive is lost. */
export class Notices {
  readonly #ports: NoticePorts;

  constructor(ports: NoticePorts) {
    this.#ports = ports;
  }

  send(notice: AccountNotice): void {
    for (const relay of this.#ports.listeners()) {
      this.#ports.push(relay, notice).catch((error: unknown) => {
        this.#ports.log("push.failed", { relay, failures: 1, error: String(error) });
      });
    }
  }
}
