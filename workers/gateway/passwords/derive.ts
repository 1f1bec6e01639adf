/**
 * Derives keys from passwords in the gateway, not in the login's object: gateways are stateless and scale out, while an
 * object's thread also runs order books.
 */
import { scrypt } from "node:crypto";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { CURRENT, type Derivation, type DerivedKey } from "../../../protocol/rpc/identity/passwords.ts";

const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** scrypt needs a little over 128 × N × r bytes; a derivation may use twice that. */
const MEMORY_MAX = 64 * 1024 * 1024;

/** Concurrent derivations: an isolate has 128 MB in all. */
const AT_ONCE = 2;
/** Queued requests: about two seconds of work. Further ones are refused. */
const WAITING_MAX = 16;
/**
 * Reserved for known clients (a known device, a session, or a code from an e-mail), so that unknown clients who fill
 * the queue do not keep them out.
 */
const RESERVED = 8;

type Derive = (password: string, how: Derivation) => Promise<Uint8Array>;

/** Derives a few keys at a time, queues some requests, and refuses the rest. */
export class Deriver {
  readonly #atOnce: number;
  readonly #waitingMax: number;
  readonly #reserved: number;
  readonly #derive: Derive;
  #places = 0;
  #running = 0;
  readonly #turns: (() => void)[] = [];
  /** Waiting known clients, which go first. */
  readonly #firstTurns: (() => void)[] = [];

  constructor(atOnce: number, waitingMax: number, reserved: number, derive: Derive = deriveByScrypt) {
    this.#atOnce = atOnce;
    this.#waitingMax = waitingMax;
    this.#reserved = reserved;
    this.#derive = derive;
  }

  /**
   * Runs `work` with a slot in the queue. The slot is taken first, so that a request that cannot be served does not
   * count as a failed attempt. Refuses as unavailable when no slot is left. `first`: the client is known; some slots
   * are reserved for those, and they go before others.
   */
  async withSlot<T>(work: (slot: Slot) => Promise<T>, first = false): Promise<T> {
    const most = this.#atOnce + this.#waitingMax + (first ? this.#reserved : 0);
    if (this.#places >= most) throw new ApiFault({ reason: "unavailable" }, "scrypt queue");
    this.#places++;
    try {
      return await work({
        derive: (password, how) => this.#inTurn(first, () => this.#derive(password, how)),
        deriveNew: async (password) => {
          const how = { ...CURRENT, salt: crypto.getRandomValues(new Uint8Array(SALT_BYTES)) };
          return { ...how, key: await this.#inTurn(first, () => this.#derive(password, how)) };
        },
      });
    } finally {
      this.#places--;
    }
  }

  async #inTurn<T>(first: boolean, work: () => Promise<T>): Promise<T> {
    const turns = first ? this.#firstTurns : this.#turns;
    if (this.#running >= this.#atOnce) await new Promise<void>((resolve) => turns.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#firstTurns.shift() ?? this.#turns.shift();
      // The next request takes over this turn.
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

/** A slot in the queue. */
export interface Slot {
  derive(password: string, how: Derivation): Promise<Uint8Array>;
  /** Derives with a new salt, for a password that is to be stored. */
  deriveNew(password: string): Promise<DerivedKey>;
}

/** The queue of this isolate. */
export const deriver = new Deriver(AT_ONCE, WAITING_MAX, RESERVED);

function deriveByScrypt(password: string, { cost, blockSize, parallelism, salt }: Derivation): Promise<Uint8Array> {
  // Keyboards may produce different Unicode forms of the same password (NIST SP 800-63B, 5.1.1.2).
  const text = password.normalize("NFKC");
  const options = { N: 2 ** cost, r: blockSize, p: parallelism, maxmem: MEMORY_MAX };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
