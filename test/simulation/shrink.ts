import { run } from "./run.ts";
import type { Scenario } from "./scenario.ts";

/** Time limit of the search for a smaller scenario. */
const SHRINK_MS = 30_000;

/** What can be left out of a scenario, one by one: steps, rushes, admin actions, transfers, incidents, injected faults, time jumps and check times. */
type Part = readonly [
  kind: "step" | "paper" | "rush" | "transfer" | "action" | "incident" | "fault" | "time jump" | "check",
  id: string,
];

/** The rule that a failure broke, without its values. */
export function ruleOf(failure: string): string {
  return failure.split(":").slice(0, 2).join(":").slice(0, 60);
}

/** The smallest scenario that breaks the same rule, found in half a minute. */
export async function shrink(scenario: Scenario, failure: string, injected: readonly string[]): Promise<Scenario> {
  const rule = ruleOf(failure);
  const end = performance.now() + SHRINK_MS;
  let parts: readonly Part[] = [
    ...injected.map((id): Part => ["fault", id]),
    ...scenario.incidents.map(({ id }): Part => ["incident", id]),
    ...scenario.adminActions.map(({ id }): Part => ["action", id]),
    ...scenario.transferActions.map(({ id }): Part => ["transfer", id]),
    ...scenario.rushes.map(({ id }): Part => ["rush", id]),
    ...scenario.steps.map(({ id }): Part => ["step", id]),
    ...scenario.paperSteps.map(({ id }): Part => ["paper", id]),
    ...scenario.timeJumps.map(({ id }): Part => ["time jump", id]),
    ...scenario.checkTimes.map((at): Part => ["check", String(at)]),
  ];
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < parts.length;) {
      if (performance.now() > end) return only(scenario, parts);
      const fewer = [...parts.slice(0, at), ...parts.slice(at + size)];
      const smaller = only(scenario, fewer);
      const found = (await run(smaller, null)).failure;
      if (found !== null && ruleOf(found) === rule) parts = fewer;
      else at += size;
    }
  }
  return only(scenario, parts);
}

function only(scenario: Scenario, parts: readonly Part[]): Scenario {
  const kept = (kind: Part[0]) => new Set(parts.filter(([each]) => each === kind).map(([, id]) => id));
  const [steps, incidents, checkTimes] = [kept("step"), kept("incident"), kept("check")];
  const [adminActions, timeJumps, transfers] = [kept("action"), kept("time jump"), kept("transfer")];
  const [rushes, paper] = [kept("rush"), kept("paper")];
  const left = scenario.steps.filter(({ id }) => steps.has(id));
  return {
    ...scenario,
    steps: left,
    accounts: scenario.accounts.filter((name) => left.some(({ account }) => account === name)),
    paperSteps: scenario.paperSteps.filter(({ id }) => paper.has(id)),
    rushes: scenario.rushes.filter(({ id }) => rushes.has(id)),
    transferActions: scenario.transferActions.filter(({ id }) => transfers.has(id)),
    adminActions: scenario.adminActions.filter(({ id }) => adminActions.has(id)),
    timeJumps: scenario.timeJumps.filter(({ id }) => timeJumps.has(id)),
    incidents: scenario.incidents.filter(({ id }) => incidents.has(id)),
    checkTimes: scenario.checkTimes.filter((at) => checkTimes.has(String(at))),
    faults: kept("fault"),
  };
}
