/** The bare workerd of bench/floor/ under the load of orders. */
import { STEPS } from "../floor/steps.ts";
import type { Steps } from "../floor/steps.ts";
import type { FloorRig } from "../floorRig.ts";
import { startGenerator } from "../load.ts";
import type { FlowShape } from "../orderFlow.ts";
import { treeCpuMs } from "../processCpu.ts";
import { measure } from "./target.ts";
import type { Measurement, Target } from "./target.ts";

const WARM_UP_SECONDS = 1;
const SECONDS = 3;

export interface RunningTarget extends Target {
  close(): Promise<void>;
}

/** Requests that take these steps. With `gatherMs` an object waits for more requests before it commits. */
export function floorTarget(
  rig: FloorRig,
  shape: FlowShape,
  inFlight: number,
  steps: Steps,
  gatherMs: number,
): RunningTarget {
  const credentials = Array.from({ length: shape.accounts }, (_, account) => ({ authorization: `account-${account}` }));
  const generator = startGenerator({
    ordersUrl: `${rig.url}/orders/${steps}/${gatherMs}`,
    credentials,
    keys: [],
  });
  return {
    name: gatherMs === 0 ? "floor" : `floor, ${gatherMs} ms gathered`,
    inFlight,
    run: (plan) => generator.run({ ...shape, ...plan }),
    cpuMs: () => treeCpuMs([rig.pid]),
    settle: () => Promise.resolve(),
    commits: () => null,
    close: () => generator.close(),
  };
}

/** A closed loop of each number of steps, and of all of them with a delay before each commit. */
export async function requestCosts(
  rig: FloorRig,
  dir: string,
  shape: FlowShape,
  inFlight: number,
  gatherMs: number,
): Promise<{ what: string; cost: Measurement }[]> {
  const variants: (readonly [steps: Steps, gatherMs: number])[] = [
    ...STEPS.map((steps) => [steps, 0] as const),
    ["second-commit", gatherMs],
  ];
  const costs: { what: string; cost: Measurement }[] = [];
  for (const [steps, gathered] of variants) {
    const target = floorTarget(rig, shape, inFlight, steps, gathered);
    try {
      await measure(target, dir, WARM_UP_SECONDS, { kind: "closed", inFlight });
      const cost = await measure(target, dir, SECONDS, { kind: "closed", inFlight });
      costs.push({ what: gathered === 0 ? steps : `${steps}, gathered for ${gathered} ms`, cost });
    } finally {
      await target.close();
    }
  }
  return costs;
}
