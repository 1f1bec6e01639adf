import type { Plan } from "../../domain/rateLimit.ts";
import type { PlanLimits, RiskLimits } from "../../domain/risk/limits.ts";
import { DurableObject } from "cloudflare:workers";
import type { InstrumentChange } from "../../domain/market/instrumentChange.ts";
import type {
  DecidedInstrument,
  InstrumentOutcome,
  InstrumentRegistryRpc,
  ListedInstruments,
  PlanLimitsDecision,
} from "../../protocol/rpc/instrumentRegistry.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { orderBookObject } from "../actor/namespaces.ts";
import { Registry } from "./registry.ts";

/** The list of instruments. There is one. */
export class InstrumentRegistry extends DurableObject<CoreEnv> implements InstrumentRegistryRpc {
  readonly #registry: Registry;
  readonly #alarms: AlarmClock;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    this.#alarms = new AlarmClock(ctx.storage);
    this.#registry = new Registry({
      storage: ctx.storage,
      tellBook: (instrument) => orderBookObject(env, instrument.symbol).setInstrument(instrument),
      armBy: (at) => this.#alarms.armBy(at),
      hasFeed: env.FEED_SOURCE !== "none",
      now: () => Date.now(),
      log: (...call) => logEvent("instruments", ...call),
    });
  }

  async since(revision: number): Promise<ListedInstruments | null> {
    return this.#registry.since(revision);
  }

  async decided(symbol: string): Promise<DecidedInstrument | null> {
    return this.#registry.decided(symbol);
  }

  async planLimits(): Promise<readonly PlanLimits[]> {
    return this.#registry.plans.list();
  }

  async setPlanLimits(plan: Plan, limits: RiskLimits, by: PlanLimitsDecision): Promise<PlanLimits> {
    return this.#registry.plans.set(plan, limits, by);
  }

  change(change: InstrumentChange, by: string): Promise<InstrumentOutcome> {
    return this.#registry.change(change, by);
  }

  override async alarm(): Promise<void> {
    this.#alarms.fired();
    await this.#registry.retry();
  }
}
