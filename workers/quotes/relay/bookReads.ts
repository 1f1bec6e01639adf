import { orderBookObject } from "../../../durable-objects/actor/namespaces.ts";
import { depthDemands, depthOf, type DemandTopics } from "./demandTopics.ts";
import type { MarketDataPorts } from "./marketDataHub.ts";
import { ResumeLimiter } from "./resumeLimiter.ts";
import { wait } from "./timers.ts";

/** Reads what books have published after a sequence: for this relay, and for one subscriber that resumes. */
export function bookReads(
  env: Parameters<typeof orderBookObject>[0],
  demands: DemandTopics,
): Pick<MarketDataPorts, "since" | "resume"> {
  const resumes = new ResumeLimiter({ now: Date.now, wait });
  return {
    since: (symbol, sequence) => orderBookObject(env, symbol).since(sequence, depthDemands(demands.wanted(symbol))),
    resume: ({ session }, symbol, sequence) =>
      resumes.run(session, symbol, () => orderBookObject(env, symbol).since(sequence, depthOf(session, symbol))),
  };
}
