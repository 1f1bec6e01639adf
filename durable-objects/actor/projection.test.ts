import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startActor } from "../../test/model/logActor.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { JOURNAL_BYTES_BEFORE_SNAPSHOT } from "./limits.ts";
import type { Projection } from "./projection.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DUE = 5;
const INSERT = "INSERT INTO texts (text) VALUES (?)";

/** The texts of the log as rows, of which the newest are in memory. */
class Texts implements Projection<string> {
  readonly #storage: NodeStorage;
  #unwritten: string[] = [];

  constructor(storage: NodeStorage) {
    this.#storage = storage;
  }

  add(text: string): void {
    this.#unwritten.push(text);
  }

  get isDue(): boolean {
    return this.#unwritten.length >= DUE;
  }

  write(): void {
    for (const text of this.#unwritten.splice(0)) this.#storage.exec(INSERT, text);
  }

  /** All texts, as a reader finds them. */
  get all(): string[] {
    const rows = this.#storage.read("SELECT text FROM texts ORDER BY nth");
    return [...rows.map(({ text }) => String(text)), ...this.#unwritten];
  }
}

/** An object with a projection on a storage that keeps what is durable when the object dies. */
class ProjectedObject {
  #durable: (() => void)[] = [];
  readonly storage = new NodeStorage((commit) => this.#durable.push(commit));
  #texts = new Texts(this.storage);
  #actor = this.#earlier();
  /** Texts whose commit is durable, and all that were said. */
  kept = 0;
  said = 0;

  /** A release without projections, which writes the row of each event with its commit. */
  #earlier() {
    this.storage.exec("CREATE TABLE IF NOT EXISTS texts (nth INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    this.#settle();
    const all = startActor(this.storage);
    all.ports.persist.mockImplementation((text) => void this.storage.exec(INSERT, text));
    return all;
  }

  async say(texts: number, size: number): Promise<void> {
    for (let nth = 0; nth < texts; nth++) {
      this.#actor.say(`${++this.said} ${"x".repeat(size)}`).catch(() => undefined);
    }
    await vi.advanceTimersByTimeAsync(0);
  }

  #settle(): void {
    for (const commit of this.#durable.splice(0)) commit();
  }

  async settle(): Promise<void> {
    this.#settle();
    this.kept = this.log.length;
    await this.#actor.synced();
  }

  /** The object dies and starts again, now of this release. */
  async die(): Promise<void> {
    this.#durable = [];
    this.storage.crash();
    this.#texts = new Texts(this.storage);
    this.#actor = startActor(this.storage, undefined, this.#texts);
    await vi.advanceTimersByTimeAsync(0);
  }

  /** The disk fails in the next commit, after some of its statements. */
  async fail(statements: number): Promise<void> {
    let left = statements;
    const exec = this.storage.exec.bind(this.storage);
    const full = vi.spyOn(this.storage, "exec").mockImplementation((query, ...binds) => {
      if (query.startsWith("INSERT") && left-- === 0) throw new Error("the disk is full");
      return exec(query, ...binds);
    });
    await this.say(DUE, 10);
    await this.#actor.synced();
    full.mockRestore();
    await this.die();
  }

  get log(): string[] {
    return this.#actor.actor.state.log.map((line) => line.replace(/ at \d+$/, ""));
  }

  get texts(): string[] {
    return this.#texts.all;
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ texts: fc.integer({ min: 1, max: 7 }), size: fc.constantFrom(0, 0, 0, 90_000) }),
  },
  { weight: 4, arbitrary: fc.constant("settle" as const) },
  { weight: 2, arbitrary: fc.constant("die" as const) },
  { weight: 1, arbitrary: fc.record({ fails: fc.nat(8) }) },
);

test("AK-13: readers find the row of every event once, whenever an object dies, makes a snapshot or is of an earlier release", async () => {
  let snapshots = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
      const object = new ProjectedObject();
      for (const each of steps) {
        if (each === "settle") await object.settle();
        else if (each === "die") await object.die();
        else if ("texts" in each) await object.say(each.texts, each.size);
        else await object.fail(each.fails);
        expect(object.texts).toEqual(object.log);
        expect(object.log.length).toBeGreaterThanOrEqual(object.kept);
      }
      snapshots += Number(object.storage.read("SELECT count(*) AS parts FROM snapshot")[0]?.["parts"]);
      object.storage.close();
    }),
    { numRuns: 100 },
  );
  expect(snapshots).toBeGreaterThan(0);
  expect(JOURNAL_BYTES_BEFORE_SNAPSHOT).toBeLessThan(7 * 90_000);
});
