/** Random faults besides the kills: reset connections, and a database that is killed or frozen. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TestDatabase } from "../../dev/testing.ts";
import { seededRandom } from "../rig/random.ts";
import type { Client } from "./client.ts";
import { SECONDS } from "./setup.ts";

/** Milliseconds between two connection resets, and the share of those that hit requests. */
interface Tearable {
  /** Resets its connection; false when it is not open. */
  tear(): boolean;
}

const TEAR_MS_MAX = 300;
const REQUEST_SHARE = 0.3;
/** Milliseconds between database faults, and their length; shorter in short runs. */
const DATABASE_WELL_MS_MAX = Math.min(8_000, SECONDS * 200);
const DATABASE_AWAY_MS_MAX = Math.min(4_000, SECONDS * 200);

export class Faults {
  readonly #database: TestDatabase;
  readonly #client: Client;
  readonly #streams: readonly Tearable[];
  readonly #tears: () => number;
  readonly #outages: () => number;
  readonly counts = { tornStreams: 0, tornRequests: 0, databaseKills: 0, databaseFreezes: 0 };
  #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(database: TestDatabase, client: Client, streams: readonly Tearable[], seed: number) {
    this.#database = database;
    this.#client = client;
    this.#streams = streams;
    this.#tears = seededRandom(seed + 1);
    this.#outages = seededRandom(seed + 2);
  }

  start(): void {
    this.#stop = new AbortController();
    this.#running = Promise.all([this.#tear(), this.#disturbDatabase()]);
  }

  /** Whether every kind of fault has happened. */
  get each(): boolean {
    return Object.values(this.counts).every((count) => count > 0);
  }

  /** Ends the faults; the database is running afterwards. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #tear(): Promise<void> {
    const random = this.#tears;
    const pick = (count: number): number => Math.floor(random() * count);
    while (await this.#pause(random() * TEAR_MS_MAX)) {
      if (random() < REQUEST_SHARE) {
        if (this.#client.tear(pick)) this.counts.tornRequests++;
      } else if (this.#streams[pick(this.#streams.length)]?.tear() === true) this.counts.tornStreams++;
    }
  }

  async #disturbDatabase(): Promise<void> {
    const random = this.#outages;
    for (let kill = true; await this.#pause(random() * DATABASE_WELL_MS_MAX); kill = !kill) {
      if (kill) await this.#database.kill();
      else this.#database.freeze();
      await this.#pause(random() * DATABASE_AWAY_MS_MAX);
      if (kill) await this.#database.start();
      else this.#database.thaw();
      if (kill) this.counts.databaseKills++;
      else this.counts.databaseFreezes++;
    }
  }

  /** False once the faults must end. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stop;
    await sleep(ms, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  }
}
