/** Random days of an office in which everybody tries everything: what was decided is held against a plain list of who made whom. */
import { expect, test } from "vitest";
import { annAndBen, change, erase, invite } from "../../test/administrators.ts";
import { seededRandom } from "../../test/rig/random.ts";
import type { UserAction } from "../../protocol/rpc/approvals.ts";
import { SETTLING_MS } from "./administrators.ts";

const NAMES = ["ann", "ben", "cat", "dan", "eve", "fay"];
const DAYS = 60;
const SEEDS = 12;

interface Made {
  readonly who: string;
  readonly by: readonly string[];
  readonly at: number;
}

/** Everybody who made somebody, or made those. */
function makersOf(made: readonly Made[], who: string, known = new Set<string>()): Set<string> {
  for (const { by } of made.filter((each) => each.who === who)) {
    for (const maker of by) if (!known.has(maker)) makersOf(made, maker, known.add(maker));
  }
  return known;
}

function newestOf(made: readonly Made[], who: string): number {
  return Math.max(-Infinity, ...made.filter((each) => each.who === who).map(({ at }) => at));
}

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`ID-102, ID-103, ID-105: nobody is both pairs of eyes, and somebody is always left (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const { known, logins, approvals, transfers, ask, approve, deposit, by } = await annAndBen();
    const made: Made[] = [];
    const isAdministrator = (name: string): boolean => {
      const login = logins.get(name);
      return login?.disabledAt === null && login.roles.includes("admin");
    };
    const anAct = (): UserAction => {
      const name = pick(NAMES);
      const to = pick([{ roles: ["admin"] }, { roles: ["trader"] }, { disabled: true }, { disabled: false }] as const);
      return pick([invite(name, ["admin"]), invite(name), change(name, to), change(name, to), erase(name)]);
    };
    let decided = 0;
    for (let step = 0; step < DAYS * 10; step++) {
      known.now += Math.floor(random() * 0.2 * SETTLING_MS);
      const before = new Map(NAMES.map((name) => [name, isAdministrator(name)]));
      const asker = pick(NAMES);
      if (random() < 0.3) await ask(asker, anAct());
      else if (isAdministrator(asker) && random() < 0.4) deposit(asker, `d${step}`);
      const waiting = [...approvals.list("pending", 20), ...transfers.list("pending", 20)];
      if (waiting.length === 0) continue;
      const { id, kind, user } = pick(waiting);
      const decider = pick(NAMES);
      const outcome = await approve(decider, id);
      expect(NAMES.some(isAdministrator), "somebody is left").toBe(true);
      if (!outcome.ok) continue;
      decided++;
      const { askedBy, decidedBy, accountId, state } = outcome.value;
      const [one, other] = [askedBy.slice(3), decider];
      const fact = `${kind} asked by ${one}, approved by ${other}`;
      expect([decidedBy, before.get(other)], fact).toEqual([by(decider).userId, true]);
      expect(before.get(one), `${fact}: who asked administers`).toBe(true);
      expect([one, accountId.slice(3)], fact).not.toContain(kind === "user_invite" ? one === other : other);
      const chains = [one, other].map((name) => new Set([name, ...makersOf(made, name)]));
      const related = [...(chains[0] ?? [])].some((name) => chains[1]?.has(name));
      const age = known.now - Math.max(newestOf(made, one), newestOf(made, other));
      expect(related && age < SETTLING_MS, `${fact}: of one chain for ${age} ms`).toBe(false);
      const name = accountId.slice(3);
      const promoted = isAdministrator(name) && before.get(name) !== true;
      const isNew = user?.kind === "user_invite" && !made.some(({ who }) => who === name);
      if (state === "booked" && user !== undefined && (promoted || isNew)) {
        made.push({ who: name, by: [one, other], at: known.now });
      }
    }
    expect(decided).toBeGreaterThan(20);
  });
}
