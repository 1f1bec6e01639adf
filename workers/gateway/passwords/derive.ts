/**
 * Passwords become keys here and not in the login's object: a gateway holds no state and there are as many as are needed,
 * while a thread of objects runs order books too.
 */
import { scrypt } from "node:crypto";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { CURRENT, type Derivation, type DerivedKey } from "../../../protocol/rpc/identity/passwords.ts";

const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** scrypt needs 128 × N × r bytes and a little; twice that is the most a derivation may ask for. */
const MEMORY_MAX = 64 * 1024 * 1024;

/** An isolate has 128 MB for everything. */
const AT_ONCE = 2;
/** Behind those that run: about two seconds of work. Whoever comes then is better off elsewhere or later. */
const WAITING_MAX = 16;
/** Kept for those whom a login knows already, by a device, a session or a code from its mail: whoever makes strangers wait here does not keep its person out. */
const RESERVED = 8;

type Derive = (password: string, how: Derivation) => Promise<Uint8Array>;

/** Derives a few keys at a time; asked for more than it can wait for, it refuses. */
export class Deriver {
  readonly #atOnce: number;
  readonly #waitingMax: number;
  readonly #reserved: number;
  readonly #derive: Derive;
  #places = 0;
  #running = 0;
  readonly #turns: (() => void)[] = [];
  /** Those that go before them. */
  readonly #firstTurns: (() => void)[] = [];

  constructor(atOnce: number, waitingMax: number, reserved: number, derive: Derive = deriveByScrypt) {
    this.#atOnce = atOnce;
    this.#waitingMax = waitingMax;
    this.#reserved = reserved;
    this.#derive = derive;
  }

  /**
   * Runs `work` with a slot in the queue, taken before anything else is asked: a request that cannot be served must not
   * count as a failed try. Refuses as unavailable when no slot is left. `first`: it is somebody's known device, session or
   * right code, for which some places are kept, and which goes before others.
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
      // The next one takes over the turn.
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

/** A slot in the queue. */
export interface Slot {
  derive(password: string, how: Derivation): Promise<Uint8Array>;
  /** With a new salt, for a password that is to be kept. */
  deriveNew(password: string): Promise<DerivedKey>;
}

/** The one queue of this isolate. */
export const deriver = new Deriver(AT_ONCE, WAITING_MAX, RESERVED);

function deriveByScrypt(password: string, { cost, blockSize, parallelism, salt }: Derivation): Promise<Uint8Array> {
  // The same password typed on another keyboard may come in another Unicode form (NIST SP 800-63B, 5.1.1.2).
  const text = password.normalize("NFKC");
  const options = { N: 2 ** cost, r: blockSize, p: parallelism, maxmem: MEMORY_MAX };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
