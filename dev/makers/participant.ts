import type { Api } from "../api.ts";
import type { Key } from "../credentials.ts";
import type { Gate } from "./gate.ts";
import type { PriceWalk } from "./walk.ts";

/** What a participant of the demo market needs to trade. */
export interface Participant {
  readonly api: Api;
  readonly gate: Gate;
  readonly key: Key;
  readonly seed: number;
  readonly walks: ReadonlyMap<string, PriceWalk>;
  readonly nextOrderId: () => string;
  readonly log: (line: string) => void;
  /** The target position in a symbol, in shares or coins. */
  readonly homeOf: (symbol: string) => number;
}
