/** Kill switches of owners, in a simulated exchange. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { KillSwitchRequest, KillSwitchResult } from "../../protocol/rpc/accountSettings.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";
import { seededRandom } from "../rig/random.ts";
import { assert } from "../model/assert.ts";
import type { ReplayedAccount } from "./replay.ts";
import type { Step } from "./scenario.ts";
import type { World } from "./world.ts";

/** Switches the owner's kill switch on or off. */
export interface KillSwitchAction extends KillSwitchRequest {
  readonly kind: "kill switch";
}

/** Request ids of switches that sell all positions begin so. */
export const FLATTEN = "flatten ";

/** Rules that what the switch sells passes. */
const PASSED: ReadonlySet<string> = new Set(["kill_switch", "account_blocked", "symbol_blocked", "trading_suspended"]);

/**
 * The steps with those of kill switches, by chance of their own: in two of five runs most traders switch it on, and most of
 * them off again some steps later.
 */
export function withKillSwitches(seed: number, accounts: readonly string[], steps: readonly Step[]): readonly Step[] {
  if (seed % 5 > 1) return steps;
  const random = seededRandom(seed * 3_266_489_917);
  const pick = (below: number): number => Math.floor(random() * below);
  const before = new Map<Step, Step[]>();
  const after: Step[] = [];
  for (const account of accounts) {
    if (pick(4) === 0) continue;
    const own = steps.filter((step) => step.account === account);
    let nth = pick(own.length);
    const add = (id: string, asked: KillSwitchRequest) => {
      const step: Step = {
        id: `${account}${id}`,
        account,
        waitMs: pick(200),
        action: { kind: "kill switch", ...asked },
      };
      const next = own[nth];
      if (next === undefined) after.push(step);
      else before.set(next, [...(before.get(next) ?? []), step]);
    };
    add("k0", { on: true, cancelOrders: pick(2) === 0, flatten: pick(3) === 0 });
    nth += 1 + pick(3);
    if (pick(4) > 0) add("k1", { on: false, cancelOrders: false, flatten: false });
  }
  return [...steps.flatMap((step) => [...(before.get(step) ?? []), step]), ...after];
}

export interface KillSwitchPorts {
  insist(method: string, args: () => unknown[]): Promise<unknown>;
  principal(requestId: string): Principal;
  origin(requestId: string): Origin;
  see(view: OrderView): void;
  seeCanceled(order: Order): void;
}

/** Sends the request until there is a response. */
export async function setKillSwitch(
  world: World,
  ports: KillSwitchPorts,
  id: string,
  { on, cancelOrders, flatten }: KillSwitchAction,
): Promise<void> {
  const requestId = `${flatten ? FLATTEN : ""}${id}`;
  const asked: KillSwitchRequest = { on, cancelOrders, flatten };
  world.totals.killSwitches++;
  const ask = () => [ports.principal(requestId), asked, ports.origin(requestId)];
  const outcome = (await ports.insist("setKillSwitch", ask)) as Outcome<KillSwitchResult>;
  if (!outcome.ok) return world.broken(`RK-6: ${id} is refused: ${outcome.refusal.reason}`);
  const { controls, canceled, closed } = outcome.value;
  if (controls.killedByOwner !== on) world.broken(`RK-6: ${id}: the kill switch is ${on ? "off" : "on"}`);
  for (const each of canceled) if (each.outcome.ok) ports.seeCanceled(each.order);
  for (const each of closed) {
    if (each.outcome.ok) ports.see(each.outcome.value);
    else if (PASSED.has(each.outcome.refusal.reason))
      world.broken(`RK-6: what the kill switch sells is refused: ${each.outcome.refusal.reason}`);
  }
}

/** RK-6: while the owner's kill switch is on, no order and no replace is accepted but what the switch sells. */
export function checkKillSwitch({ address, history }: ReplayedAccount): void {
  let on = false;
  for (const step of history) {
    if (!("local" in step)) continue;
    const { local } = step;
    if (local.kind === "controls_changed") on = local.changes.killedByOwner ?? on;
    if (!on) continue;
    const rule = `RK-6: the kill switch of ${address} is on`;
    assert(local.kind !== "replace_requested", `${rule}, and an order is replaced`);
    if (local.kind !== "accepted") continue;
    const { order, origin } = local;
    const sells = order.side === "sell" && order.type === "market" && origin.requestId.startsWith(FLATTEN);
    assert(sells, `${rule}, and order ${order.id} is accepted`);
  }
}
